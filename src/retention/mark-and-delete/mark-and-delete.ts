import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import { PartialError } from '../../core/errors.ts';
import { requireRightClock } from '../../kube/right-clock.ts';
import type { MarkAndDeleteSettings } from './settings.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { carryOutDeletions, carryOutMarks } from './carry-out.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import { recorded } from '../../record/recorded.ts';
import type { Report } from '../../record/report.ts';
import { bulkReport } from '../../snapshots/bulk/report.ts';
import type { Scope } from '../../snapshots/bulk/scope.ts';
import { makePlan, type Plan } from './make-plan.ts';
import type { SweepDecision, SweepFate } from './sweep.ts';
import { countsOf, whatFailed, whose } from '../../snapshots/bulk/whose.ts';

/** What `mark-and-delete` says at its end, on one line of JSON. */
export interface MarkAndDeleteResult {
  /** Nothing was changed: it only says what would be. */
  readonly dryRun: boolean;
  /** YYYY-MM-DD in the zone of the settings. */
  readonly today: string;
  /** Got a date in this run, and go when that day is over. */
  readonly marked: readonly Outcome[];
  readonly deleted: readonly Outcome[];
  /** Have a date and are not deleted: held, not due, in need of a person, or on their way out for more than a day. */
  readonly others: readonly (Outcome & { readonly fate: SweepFate })[];
  /** Due, and left for a later run. */
  readonly left: number;
  /** How many of these there are in each namespace. */
  readonly leftIn: Readonly<Record<string, number>>;
  readonly failed: readonly Failure[];
  /** Left alone because of what they are, or what others do to them meanwhile. */
  readonly skipped: readonly Failure[];
}

interface Outcome {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly reason: string;
}

type MarkAndDeleteCaller = Pick<Caller<MarkAndDeleteResult>, 'confirm' | 'withNames'>;

/** A schedule, which was asked when it was made. */
const nobody: MarkAndDeleteCaller = { confirm: () => Promise.resolve() };

/** How its runs are told; `namespace` is the one that it runs in. */
export const markAndDeleteReport = (
  scope: Scope | undefined,
  namespace: string,
): Report<MarkAndDeleteResult> =>
  bulkReport({ name: 'mark-and-delete', described: sumOf, counts: countsIn }, scope, namespace);

function sumOf(result: MarkAndDeleteResult): string {
  const { marked, deleted, left, refused } = countsIn(result);
  const rest = [
    ...(left === 0 ? [] : [`${left} left for the next run`]),
    ...(refused === 0 ? [] : [`${refused} need a person to look at them`]),
  ];
  return [`${marked} marked`, `${deleted} deleted`, ...rest].join(', ');
}

function countsIn({ marked, deleted, left, others }: MarkAndDeleteResult) {
  const refused = others.filter(({ fate }) => fate === 'refuse').length;
  return { marked: marked.length, deleted: deleted.length, left, refused };
}

/**
 * Gives a date to snapshots that stand for nothing any more, and deletes those whose date is past: a person has a day, and
 * mostly more, to object. The caller is asked once, about the whole plan. Its end is told, unless it is a dry run. Throws
 * UserError 'preflight', PartialError, or what `confirm` does.
 */
export function markAndDelete(
  settings: MarkAndDeleteSettings,
  context: SnapshotContext,
  caller: MarkAndDeleteCaller = nobody,
): Promise<MarkAndDeleteResult> {
  const work = () => planAndCarryOut(settings, context, caller);
  if (settings.dryRun) return work();
  const report = markAndDeleteReport(settings, context.kube.namespace);
  return recorded({ report, settings: settings.record, withNames: caller.withNames }, context, work);
}

async function planAndCarryOut(
  settings: MarkAndDeleteSettings,
  context: SnapshotContext,
  caller: MarkAndDeleteCaller,
): Promise<MarkAndDeleteResult> {
  const start = context.clock.monotonic();
  await requireRightClock(context);
  const plan = await makePlan(settings, context);
  const { marks, due, others, unread } = plan;
  context.log.info({ snapshots: plan.count, toMark: marks.length, toDelete: due.length }, 'planned');
  const planned = { marked: marks, deleted: due, left: [], failed: [], skipped: [] };
  if (!settings.dryRun && marks.length + due.length > 0) {
    const sentence = `Mark ${marks.length} snapshots, and delete ${due.length} with their data, for ever?`;
    await caller.confirm({ sentence, details: resultOf(plan, planned, true) });
  }
  const done = settings.dryRun ? planned : await carryOut(plan, settings, start, context);
  const result = resultOf(plan, done, settings.dryRun);
  sayRefused(others, context);
  if (result.failed.length === 0) return result;
  throw new PartialError(
    `${whatFailed([done.failed.length, 'snapshot', 'marked or deleted'], [unread.length, 'namespace', 'read'])}: ${whose(result.failed)}; the log names each`,
    result,
  );
}

function resultOf(
  { today, others, unread }: Plan,
  done: Awaited<ReturnType<typeof carryOut>>,
  dryRun: boolean,
): MarkAndDeleteResult {
  const left = [...done.left, ...others.filter(({ waitsForGroup }) => waitsForGroup)];
  return {
    dryRun,
    today,
    marked: done.marked.map(outcomeOf),
    deleted: done.deleted.map(outcomeOf),
    others: others.map((decision) => ({ ...outcomeOf(decision), fate: decision.fate })),
    left: left.length,
    leftIn: countsOf(left.map(({ snapshot }) => snapshot)),
    failed: [...unread, ...done.failed],
    skipped: done.skipped,
  };
}

/** A person of its namespace has to look at each; to a run that is for all namespaces it is not a failure. */
function sayRefused(others: readonly SweepDecision[], { log }: Context): void {
  const refused = others.filter(({ fate }) => fate === 'refuse').map(outcomeOf);
  for (const { namespace, name, reason } of refused) {
    log.warn({ namespace, snapshot: name, reason }, 'not deleted');
  }
  if (refused.length === 0) return;
  const namespaces = countsOf(refused);
  log.warn({ refused: refused.length, namespaces }, 'snapshots with a date need a person to look at them');
}

/** Of the time until the deadline: what is to be marked must not keep what is due from being deleted. */
const shareOfMarks = 1 / 3;

/** `start`: of the command, on the monotonic clock. */
async function carryOut(
  { today, marks, due, namespaces }: Plan,
  { sweeps, deadlineMilliseconds = Infinity, timeZone, ...pace }: MarkAndDeleteSettings,
  start: number,
  context: SnapshotContext,
) {
  const endOfMarks = start + deadlineMilliseconds * (sweeps ? shareOfMarks : 1);
  const marking = await carryOutMarks(marks, { today, timeZone, end: endOfMarks }, context);
  const deletions = context.snapshots.deletions(context);
  const end = start + deadlineMilliseconds;
  const unfinished = await deletions.findUnfinished(sweeps ? namespaces : []);
  const swept = await carryOutDeletions(due, { ...pace, end, unfinished, deletions }, context);
  const failed = [...marking.failed, ...swept.failed];
  const skipped = [...marking.skipped, ...swept.skipped];
  return { marked: marking.marked, deleted: swept.deleted, left: swept.left, failed, skipped };
}

function outcomeOf({ snapshot, reason }: { snapshot: ManagedSnapshot; reason: string }): Outcome {
  const { namespace, name, pvc } = snapshot;
  return { namespace, name, pvc, reason };
}
