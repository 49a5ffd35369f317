import { TZDate } from '@date-fns/tz/date';
import { format } from 'date-fns/format';
import type { SimulationResult, TimeGap } from '../retention/simulation/result.ts';
import { policyWords, rateWords, timeWords } from '../retention/simulation/words.ts';
import { alignedTable } from './table.ts';

/** More are for programs: `-o json` has all. */
const maximumRows = 100;

const plain = { colour: false };

/** What a person who decides on a policy wants to know, then each tier, then each snapshot that there is at the end. */
export function simulationTable(result: SimulationResult, look = plain): string {
  const tables =
    result.snapshots.length === 0 ? [] : [tierTable(result, look), ...snapshotTable(result, look)];
  const notes = result.notes.map((note) => `Note: ${note}.`).join('\n');
  return [alignedTable([], summary(result)), ...tables, ...(notes === '' ? [] : [notes])].join('\n\n');
}

function summary(result: SimulationResult): string[][] {
  const { from, until, timeZone, schedule, policies, peak } = result;
  const [first, ...changes] = policies;
  return [
    ['Simulated', `${from} to ${until}, with backups at '${schedule}' in ${timeZone}`],
    ['Policy', first ? policyWords(first.policy) : ''],
    ...changes.map((change) => ['', `${policyWords(change.policy)} from ${change.from} on`]),
    ['Backups', backupWords(result)],
    ...(peak ? [['Snapshots', snapshotWords(result)], ...gapRows(result)] : []),
  ];
}

function backupWords({ runs, failed, failureRate, seed }: SimulationResult): string {
  if (runs === 0) return 'none: the schedule does not come in this time, so there is nothing to restore from';
  if (failureRate === 0) return `${runs}, none failed`;
  const words = `${runs}, of which ${failed} failed (${rateWords(failureRate)}, seed ${seed})`;
  return failed === runs ? `${words}, so there is nothing to restore from` : words;
}

function snapshotWords({ snapshots, peak, timeZone, end }: SimulationResult): string {
  const most = peak ? `, at most ${peak.count} (first on ${peak.date})` : '';
  const oldest = snapshots.at(-1);
  if (!oldest) return `none at the end${most}`;
  const reach = `the oldest of ${localDate(oldest.madeAt, timeZone)}, ${timeWords(oldest.madeAt, end)} back`;
  return `${snapshots.length} at the end${most}; ${reach}`;
}

function gapRows({ greatestGap: { atEnd, worst }, longestWithoutBackup, timeZone }: SimulationResult) {
  const words = (gap: TimeGap) => gapWords(gap, timeZone);
  const isWorst = atEnd?.hours === worst?.hours;
  return [
    ...(atEnd
      ? [['Greatest gap', `${words(atEnd)}, ${isWorst ? 'at the end and at the worst' : 'at the end'}`]]
      : []),
    ...(worst && !isWorst ? [['', `${words(worst)}, at the worst, first seen on ${worst.seenOn}`]] : []),
    ...(longestWithoutBackup
      ? [['No new backup', `for ${words(longestWithoutBackup)}, at the longest`]]
      : []),
  ];
}

function gapWords({ from, to, hours, days }: TimeGap, timeZone: string): string {
  if (hours >= 72) return `${days} days from ${localDate(from, timeZone)} to ${localDate(to, timeZone)}`;
  return `${hours} ${hours === 1 ? 'hour' : 'hours'} from ${localTime(from, timeZone)} to ${localTime(to, timeZone)}`;
}

function tierTable({ perTier, timeZone, end }: SimulationResult, look: typeof plain): string {
  const rows = perTier.map(({ tier, keeps, count, oldest, newest, greatestGap }) => [
    tier,
    String(keeps),
    String(count),
    newest ? localDate(newest.at, timeZone) : '-',
    oldest ? localDate(oldest.at, timeZone) : '-',
    oldest ? timeWords(oldest.at, end) : '-',
    greatestGap ? timeWords(greatestGap.from, greatestGap.to) : '-',
  ]);
  const head = ['TIER', 'KEEPS', 'HAS', 'NEWEST', 'OLDEST', 'REACHES BACK', 'GREATEST GAP'];
  return alignedTable(head, rows, look);
}

function snapshotTable({ snapshots, timeZone, end }: SimulationResult, look: typeof plain): string[] {
  const rows = snapshots
    .slice(0, maximumRows)
    .map(({ madeAt, tiers, deleteAfter }) => [
      localTime(madeAt, timeZone),
      timeWords(madeAt, end),
      tiers.length > 0 ? tiers.join(', ') : `none, to be deleted after ${deleteAfter ?? 'the next run'}`,
    ]);
  const more = snapshots.length - rows.length;
  const table = alignedTable(['MADE', 'AGE', 'TIERS'], rows, look);
  return more > 0 ? [table, `${more} older ones are not shown; -o json has all of them.`] : [table];
}

function localDate(moment: string, timeZone: string): string {
  return format(new TZDate(moment, timeZone), 'yyyy-MM-dd');
}

function localTime(moment: string, timeZone: string): string {
  return format(new TZDate(moment, timeZone), 'yyyy-MM-dd HH:mm');
}
