import type { Caller } from '../../caller.ts';
import type { Context } from '../../context.ts';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import { PartialError, UserError } from '../../core/errors.ts';
import { hasStatus } from '../../kube/error.ts';
import { requireRightClock } from '../../kube/right-clock.ts';
import type { MarkAndDeleteSettings } from './settings.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import { readSnapshot, type ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SharedValues } from '../../snapshots/shared-values.ts';
import { carryOutDeletions, carryOutMarks } from './carry-out.ts';
import type { Failure } from '../../snapshots/bulk/in-parallel.ts';
import { sayOddHolds } from '../odd-holds.ts';
import { Claims, readClaims, type Claim } from '../retain/claims.ts';
import { planMarks, type MarkDecision, type Today } from './mark.ts';
import { readSnapshots } from '../../snapshots/bulk/read-snapshots.ts';
import { recorded } from '../../record/recorded.ts';
import type { Report } from '../../record/report.ts';
import { bulkReport } from '../../snapshots/bulk/report.ts';
import { readInScope, type Scope } from '../../snapshots/bulk/scope.ts';
import { type SweepDecision, type SweepFate, planSweep } from './sweep.ts';
import { withGrace } from './grace.ts';
import { type Restores, restoresOf, waitForRestores } from './restores.ts';
import { stuckDecisions, stuckIn } from './stuck.ts';
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

function sayStuck(stuck: readonly ManagedSnapshot[], { log }: Context): void {
  if (stuck.length === 0) return;
  const about = { stuck: stuck.length, namespaces: countsOf(stuck) };
  log.warn(
    about,
    'snapshots are on their way out for more than a day; the result names some of each namespace',
  );
}

interface Plan {
  readonly count: number;
  readonly today: string;
  readonly marks: readonly MarkDecision[];
  readonly due: readonly SweepDecision[];
  readonly others: readonly SweepDecision[];
  readonly unread: readonly Failure[];
  /** Those that were read; undefined when it was the whole cluster. */
  readonly namespaces: readonly string[] | undefined;
}

async function makePlan(settings: MarkAndDeleteSettings, context: SnapshotContext): Promise<Plan> {
  const now = context.clock.now();
  const today = calendarDate(now, settings.timeZone);
  const read = (stored: StoredSnapshot, share: SharedValues) =>
    readSnapshot(stored, settings.timeZone, share);
  const seen: (string | undefined)[] = [];
  const readIn = async (namespace?: string) => {
    const found = await readSnapshots({ namespace }, read, context);
    const claims = await claimsIn(namespace, context);
    seen.push(namespace);
    return { snapshots: found, claims };
  };
  const { parts, unread } = await readInScope(settings, readIn, context);
  const namespaces = seen.includes(undefined) ? undefined : seen.filter((name) => name !== undefined);
  const snapshots = parts.flatMap((part) => part.snapshots);
  const present = parts.flatMap((part) => part.claims);
  const claims = new Claims(present);
  const restores = restoresOf(present, context.snapshots);
  sayOddHolds(snapshots, context);
  const tiered = snapshots.filter(
    ({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting,
  );
  const marks = settings.marks ? planMarks(tiered, { now, today }, claims).filter(({ mark }) => mark) : [];
  const sweep = settings.sweeps
    ? whatGoes(snapshots, { now, today }, claims, restores, settings.graceMilliseconds)
    : [];
  const due = sweep.filter(({ fate }) => fate === 'delete');
  const stuck = settings.sweeps ? stuckIn(snapshots, now) : [];
  sayStuck(stuck, context);
  const others = [...sweep.filter(({ fate }) => fate !== 'delete'), ...stuckDecisions(stuck)];
  return { count: snapshots.length, today, marks, due, others, unread, namespaces };
}

/** What its date says, unless something else has it wait. */
function whatGoes(
  snapshots: readonly ManagedSnapshot[],
  at: Today,
  { uidOf }: Claims,
  restores: Restores,
  graceMilliseconds: number,
): SweepDecision[] {
  const marked = withGrace(planSweep(snapshots, at, uidOf), snapshots, at.now, graceMilliseconds);
  return waitForRestores(marked, snapshots, restores);
}

/** Without them nobody knows which volumes are lost, and so what is to be left alone. Throws UserError 'preflight'. */
async function claimsIn(namespace: string | undefined, context: Context): Promise<readonly Claim[]> {
  try {
    return await readClaims(namespace, context);
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw new UserError(
      'preflight',
      `The PVCs cannot be listed (${error.message}), so nobody knows which volumes are lost; allow the service account to list persistentvolumeclaims`,
      { cause: error },
    );
  }
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
