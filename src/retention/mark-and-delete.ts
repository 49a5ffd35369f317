import type { Context } from '../context.ts';
import { PartialError } from '../errors.ts';
import type { KubeObject } from '../kube/object.ts';
import type { MarkAndDeleteSettings } from '../settings/mark-and-delete.ts';
import { calendarDate } from '../snapshots/buckets.ts';
import { readSnapshot, type ManagedSnapshot } from '../snapshots/managed.ts';
import { carryOutDeletions, carryOutMarks } from './carry-out.ts';
import type { Failure } from './in-parallel.ts';
import { planMarks } from './mark.ts';
import { readSnapshots } from './read-snapshots.ts';
import { planSweep, type SweepFate } from './sweep.ts';

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
  /** Due, and left for the next run. */
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
 * mostly more, to object. Throws PartialError.
 */
export async function markAndDelete(
  settings: MarkAndDeleteSettings,
  context: Context,
): Promise<MarkAndDeleteResult> {
  const { dryRun, timeZone } = settings;
  const today = calendarDate(context.clock.now(), timeZone);
  const read = (object: KubeObject) => readSnapshot(object, timeZone);
  const { snapshots, unread } = await readSnapshots(settings, read, context);
  const tiered = snapshots.filter(
    ({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting,
  );
  const marks = settings.marks ? planMarks(tiered, context.clock.now()).filter(({ mark }) => mark) : [];
  const sweep = settings.sweeps ? planSweep(snapshots, today) : [];
  const due = sweep.filter(({ fate }) => fate === 'delete');
  const others = sweep.filter(({ fate }) => fate !== 'delete');
  context.log.info({ snapshots: snapshots.length, toMark: marks.length, toDelete: due.length }, 'planned');

  const unmarked = dryRun ? [] : await carryOutMarks(marks, today, context);
  const nothing = { deleted: due, failed: [], left: 0 };
  const swept = dryRun ? nothing : await carryOutDeletions(due, settings, context);
  const failed = [...unread, ...unmarked, ...swept.failed];
  const unmarkedNames = new Set(unmarked.map(({ namespace, name }) => `${namespace}/${name}`));
  const result = {
    dryRun,
    today,
    marked: marks.map(outcomeOf).filter(({ namespace, name }) => !unmarkedNames.has(`${namespace}/${name}`)),
    deleted: swept.deleted.map(outcomeOf),
    others: others.map((decision) => ({ ...outcomeOf(decision), fate: decision.fate })),
    left: swept.left,
    failed,
  };
  const refused = others.filter(({ fate }) => fate === 'refuse');
  for (const { snapshot, reason } of refused) {
    context.log.warn({ namespace: snapshot.namespace, snapshot: snapshot.name, reason }, 'not deleted');
  }
  if (failed.length + refused.length === 0) return result;
  throw new PartialError(
    `${failed.length - unread.length} snapshots could not be marked or deleted, ${refused.length} need a person to look at them, and ${unread.length} namespaces could not be read; the log names each`,
    result,
  );
}

function outcomeOf({ snapshot, reason }: { snapshot: ManagedSnapshot; reason: string }): Outcome {
  const { namespace, name, pvc } = snapshot;
  return { namespace, name, pvc, reason };
}
