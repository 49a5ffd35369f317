import type { Context } from '../context.ts';
import { PartialError } from '../errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { demandRightClock } from '../right-clock.ts';
import type { MarkAndDeleteSettings } from '../settings/mark-and-delete.ts';
import { calendarDate } from '../snapshots/buckets.ts';
import { readSnapshot, type ManagedSnapshot } from '../snapshots/managed.ts';
import type { SharedValues } from '../snapshots/shared-values.ts';
import { carryOutDeletions, carryOutMarks } from './sweep/carry-out.ts';
import type { Failure } from './in-parallel.ts';
import { sayOddHolds } from './odd-holds.ts';
import { planMarks, type MarkDecision } from './sweep/mark.ts';
import { readSnapshots } from './read-snapshots.ts';
import { readInScope } from './scope.ts';
import type { SweepDecision, SweepFate } from './sweep/decision.ts';
import { withGrace } from './sweep/grace.ts';
import { planSweep } from './sweep/sweep.ts';

/** What `mark-and-delete` says at its end, on one line of JSON. */
export interface MarkAndDeleteResult {
  /** Nothing was changed: it only says what would be. */
  readonly dryRun: boolean;
  /** YYYY-MM-DD in the zone of the settings. */
  readonly today: string;
  /** Got a date in this run, and go when that day is over. */
  readonly marked: readonly Outcome[];
  readonly deleted: readonly Outcome[];
  /** Have a date and are not deleted: held, not due, or in need of a person. */
  readonly others: readonly (Outcome & { readonly fate: SweepFate })[];
  /** Due, and left for a later run. */
  readonly left: number;
  readonly failed: readonly Failure[];
}

interface Outcome {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly reason: string;
}

/**
 * Gives a date to snapshots that stand for nothing any more, and deletes those whose date is past: a person has a day, and
 * mostly more, to object. Throws UserError 'preflight', PartialError.
 */
export async function markAndDelete(
  settings: MarkAndDeleteSettings,
  context: Context,
): Promise<MarkAndDeleteResult> {
  await demandRightClock(context);
  const plan = await makePlan(settings, context);
  const { today, marks, due, others, unread } = plan;
  context.log.info({ snapshots: plan.count, toMark: marks.length, toDelete: due.length }, 'planned');
  const done = settings.dryRun
    ? { marked: marks, deleted: due, left: 0, failed: [] }
    : await carryOut(plan, settings, context);
  const result = {
    dryRun: settings.dryRun,
    today,
    marked: done.marked.map(outcomeOf),
    deleted: done.deleted.map(outcomeOf),
    others: others.map((decision) => ({ ...outcomeOf(decision), fate: decision.fate })),
    left: done.left + others.filter(({ waitsForGroup }) => waitsForGroup).length,
    failed: [...unread, ...done.failed],
  };
  const refused = others.filter(({ fate }) => fate === 'refuse');
  for (const { snapshot, reason } of refused) {
    context.log.warn({ namespace: snapshot.namespace, snapshot: snapshot.name, reason }, 'not deleted');
  }
  if (result.failed.length + refused.length === 0) return result;
  throw new PartialError(
    `${done.failed.length} snapshots could not be marked or deleted, ${refused.length} need a person to look at them, and ${unread.length} namespaces could not be read; the log names each`,
    result,
  );
}

interface Plan {
  readonly count: number;
  readonly today: string;
  readonly marks: readonly MarkDecision[];
  readonly due: readonly SweepDecision[];
  readonly others: readonly SweepDecision[];
  readonly unread: readonly Failure[];
}

async function makePlan(settings: MarkAndDeleteSettings, context: Context): Promise<Plan> {
  const now = context.clock.now();
  const today = calendarDate(now, settings.timeZone);
  const read = (object: KubeObject, share: SharedValues) => readSnapshot(object, settings.timeZone, share);
  const { parts, unread } = await readInScope(
    settings,
    (namespace) => readSnapshots({ namespace }, read, context),
    context,
  );
  const snapshots = parts.flat();
  sayOddHolds(snapshots, context);
  const tiered = snapshots.filter(
    ({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting,
  );
  const marks = settings.marks ? planMarks(tiered, now).filter(({ mark }) => mark) : [];
  const sweep = settings.sweeps
    ? withGrace(planSweep(snapshots, today), snapshots, now, settings.graceMilliseconds)
    : [];
  const due = sweep.filter(({ fate }) => fate === 'delete');
  const others = sweep.filter(({ fate }) => fate !== 'delete');
  return { count: snapshots.length, today, marks, due, others, unread };
}

async function carryOut({ today, marks, due }: Plan, settings: MarkAndDeleteSettings, context: Context) {
  const unmarked = await carryOutMarks(marks, today, context);
  const names = new Set(unmarked.map(({ namespace, name }) => `${namespace}/${name}`));
  const marked = marks.filter(({ snapshot }) => !names.has(`${snapshot.namespace}/${snapshot.name}`));
  const { deleted, failed, left } = await carryOutDeletions(due, settings, context);
  return { marked, deleted, left, failed: [...unmarked, ...failed] };
}

function outcomeOf({ snapshot, reason }: { snapshot: ManagedSnapshot; reason: string }): Outcome {
  const { namespace, name, pvc } = snapshot;
  return { namespace, name, pvc, reason };
}
