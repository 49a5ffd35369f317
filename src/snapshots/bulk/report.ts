import { sentence, shown } from '../../core/quoted.ts';
import { exitCodeOf, type Ending } from '../../record/ending.ts';
import type { Saying } from '../../record/event.ts';
import { lastRun, single, type Metric } from '../../record/metrics.ts';
import type { Report } from '../../record/report.ts';
import type { Failure, Undone } from './in-parallel.ts';
import type { Scope } from './scope.ts';
import { whose } from './whose.ts';

/** A command that works on the snapshots of many namespaces. */
export interface BulkCommand<Result extends Undone> {
  /** As it is typed. */
  readonly name: string;
  /** What it did, in a few words: `5 of 30 snapshots lost labels`. */
  readonly described: (result: Result) => string;
  /** How many snapshots came to which end. */
  readonly counts: (result: Result) => Readonly<Record<string, number>>;
}

/**
 * How runs of such a command are told: in one event, however many namespaces have something to be said of. Where settings are
 * refused, nobody knows the scope.
 */
export function bulkReport<Result extends Undone>(
  command: BulkCommand<Result>,
  scope: Scope | undefined,
  namespace: string,
): Report<Result> {
  const place = scope ? placeIn(scope) : '';
  return {
    what: `run of ${command.name}`,
    event: (ending) => eventOf(ending, command, place === '' ? command.name : `${command.name} of ${place}`),
    metrics: (ending) => metricsOf(ending, command),
    group: { job: 'backup-ns', namespace, command: command.name },
    about: scope && { scope: place },
  };
}

/** At most so many reasons and characters of what may be many namespaces. */
const most = { reasons: 2, reason: 200, place: 200 };

function placeIn({ namespaces, namespaceSelector }: Scope): string {
  if (namespaces) {
    return shown(
      `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')}`,
      most.place,
    );
  }
  return namespaceSelector === undefined
    ? 'all namespaces'
    : shown(`namespaces with ${namespaceSelector}`, most.place);
}

function eventOf<Result extends Undone>(
  ending: Ending<Result>,
  command: BulkCommand<Result>,
  run: string,
): Saying {
  const { name } = command;
  const isDone = ending.exitReason === 'done';
  const reason = name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
  return {
    isWarning: !isDone,
    reason: `${reason}${isDone ? 'Completed' : 'Failed'}`,
    message: messageFor(ending, command, run),
  };
}

function messageFor<Result extends Undone>(
  ending: Ending<Result>,
  { described }: BulkCommand<Result>,
  run: string,
): string {
  const { problem, result, seconds } = ending;
  const parts =
    problem === undefined
      ? [`${run} ended in ${Math.round(seconds)} s: ${result ? described(result) : 'done'}`]
      : [`${run} ended with exit code ${exitCodeOf(ending)}: ${problem}`];
  if (result) {
    parts.push(...reasonsOf(result.failed));
    if (result.skipped.length > 0) parts.push(`left alone: ${whose(result.skipped)}`);
  }
  return parts.join('; ');
}

/** Many failures mostly have one reason, which is worth more than their names. */
function reasonsOf(failed: readonly Failure[]): string[] {
  const byReason = [...Map.groupBy(failed, ({ error }) => error)].toSorted(
    ([, one], [, other]) => other.length - one.length,
  );
  const words = byReason.slice(0, most.reasons).map(([error, [first]]) => {
    const { namespace = '', name = '' } = first ?? {};
    const what = name === '*' ? `namespace ${shown(namespace)}` : `${shown(namespace)}/${shown(name)}`;
    return `${what}: ${shown(sentence(error) ?? '', most.reason)}`;
  });
  const others = byReason.length - words.length;
  return [...words, ...(others > 0 ? [`and ${others} other ${others === 1 ? 'reason' : 'reasons'}`] : [])];
}

/** Of a run that failed, there is nothing of the last that was done: what is pushed leaves that as it was. */
function metricsOf<Result extends Undone>(
  ending: Ending<Result>,
  { name, counts }: BulkCommand<Result>,
): Metric[] {
  const { at, exitReason, result } = ending;
  const family = `${name.replaceAll('-', '_')}_`;
  const what = `run of ${name}`;
  const metrics = lastRun(ending, family, what);
  if (exitReason === 'done') {
    const help = `When the last ${what} ended that could do all.`;
    metrics.push(single(`${family}last_success_timestamp_seconds`, help, at.getTime() / 1000));
  }
  if (!result) return metrics;
  const all = { ...counts(result), failed: result.failed.length, skipped: result.skipped.length };
  const samples = Object.entries(all).map(([outcome, value]) => ({ labels: { outcome }, value }));
  const help = `How many snapshots the last ${what} did what to.`;
  return [...metrics, { name: `${family}last_run_snapshots`, help, samples }];
}
