import type { DatedPolicy } from './settings.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import { tiers, type Tier } from '../../snapshots/tiers.ts';
import { greatestGap, lengthOf, type Gap } from './gap.ts';
import { tiersOf, type Life } from './life.ts';
import type { PlayedDay } from './play.ts';
import type { SimulationResult, SnapshotLife, TierFacts, TimeGap } from './result.ts';

export interface Played {
  /** The oldest first, as all lists here. */
  readonly days: readonly PlayedDay[];
  readonly lives: readonly Life[];
  /** When the last day is over, in milliseconds since 1970. */
  readonly end: number;
  /** The last one holds at the end. */
  readonly policies: readonly DatedPolicy[];
  readonly timeZone: string;
}

type Facts = Pick<
  SimulationResult,
  | 'end'
  | 'runs'
  | 'failed'
  | 'perTier'
  | 'greatestGap'
  | 'longestWithoutBackup'
  | 'peak'
  | 'snapshots'
  | 'days'
  | 'lives'
>;

/** What a person who decides on a policy wants to know of it. */
export function factsOf(played: Played): Facts {
  const { days, lives, end } = played;
  const made = lives.map(({ madeAt }) => madeAt);
  return {
    end: moment(end),
    runs: sum(days.map(({ runs }) => runs)),
    failed: sum(days.map(({ failed }) => failed)),
    perTier: perTier(played),
    greatestGap: { atEnd: timeGap(days.at(-1)?.gap), worst: worstGap(days) },
    longestWithoutBackup: timeGap(greatestGap(made.length === 0 ? [] : [...made, end])),
    peak: peakOf(days),
    snapshots: presentOf(lives, end),
    days: dayFacts(played),
    lives: lives.map(lifeFacts),
  };
}

function perTier({ lives, policies, end }: Played): TierFacts[] {
  const policy = policies.at(-1)?.policy;
  const present = lives.filter(({ deletedAt }) => deletedAt === undefined);
  return tiers.flatMap((tier) => {
    const keeps = policy?.[tier] ?? 0;
    const times = present.filter((life) => tiersOf(life).includes(tier)).map(({ madeAt }) => madeAt);
    if (times.length === 0 && keeps === 0) return [];
    return [
      {
        tier,
        keeps,
        count: times.length,
        oldest: ageOf(times[0], end),
        newest: ageOf(times.at(-1), end),
        greatestGap: timeGap(greatestGap(times)),
      },
    ];
  });
}

function ageOf(madeAt: number | undefined, end: number): TierFacts['oldest'] {
  return madeAt === undefined ? null : { at: moment(madeAt), ageDays: inDays(end - madeAt) };
}

function worstGap(days: readonly PlayedDay[]): SimulationResult['greatestGap']['worst'] {
  let worst: PlayedDay | undefined;
  for (const day of days) if (lengthOf(day.gap) > lengthOf(worst?.gap)) worst = day;
  const gap = timeGap(worst?.gap);
  return worst && gap ? { ...gap, seenOn: worst.date } : null;
}

function peakOf(days: readonly PlayedDay[]): SimulationResult['peak'] {
  let peak: PlayedDay | undefined;
  for (const day of days) if (day.most > (peak?.most ?? 0)) peak = day;
  return peak ? { count: peak.most, date: peak.date } : null;
}

function presentOf(lives: readonly Life[], end: number): SimulationResult['snapshots'] {
  return lives
    .filter(({ deletedAt }) => deletedAt === undefined)
    .map((life) => ({
      name: life.name,
      madeAt: moment(life.madeAt),
      ageDays: inDays(end - life.madeAt),
      tiers: tiersOf(life),
      deleteAfter: life.deleteAfter ?? null,
    }))
    .toReversed();
}

function dayFacts({ days, timeZone }: Played): SimulationResult['days'] {
  const dateOf = (time: number | undefined) =>
    time === undefined ? null : calendarDate(new Date(time), timeZone);
  return days.map(({ oldest, newest, gap, ...day }) => ({
    ...day,
    oldest: dateOf(oldest),
    newest: dateOf(newest),
    greatestGapDays: gap ? inDays(lengthOf(gap)) : null,
  }));
}

function lifeFacts({ name, madeAt, tiers: labelled, deletedAt }: Life): SnapshotLife {
  const ends = [...labelled].map(([tier, takenAt]): [Tier, string | null] => [
    tier,
    takenAt === null ? null : moment(takenAt),
  ]);
  return {
    name,
    madeAt: moment(madeAt),
    tiers: Object.fromEntries(ends),
    deletedAt: deletedAt === undefined ? null : moment(deletedAt),
  };
}

function timeGap(gap: Gap | undefined): TimeGap | null {
  if (!gap) return null;
  const hours = rounded(lengthOf(gap) / hourMilliseconds);
  return { from: moment(gap.from), to: moment(gap.to), hours, days: inDays(lengthOf(gap)) };
}

const hourMilliseconds = 60 * 60_000;

function inDays(milliseconds: number): number {
  return rounded(milliseconds / hourMilliseconds / 24);
}

/** To a hundredth, which is a quarter of an hour of a day. */
function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

function moment(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
