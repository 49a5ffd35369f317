import type { Context } from '../../context.ts';
import type { KubeObject } from '../../kube/object.ts';
import { holdLabelOf } from '../../snapshots/hold-label.ts';
import { markedAtOf } from '../../snapshots/marked-at.ts';
import { annotation, isReady, label } from '../../snapshots/labels.ts';
import { deleteTogether } from './delete-together.ts';
import { demandSurvivor } from './demand-survivor.ts';
import { graceOf } from './grace.ts';
import { unitsOf } from './groups.ts';
import { attempt, inParallel, type Failure } from '../in-parallel.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { MarkDecision } from './mark.ts';
import { patchLabels } from '../patch-labels.ts';
import type { SweepDecision } from './decision.ts';

/** Gives each snapshot the date after which it goes. Resolves with what failed. */
export function carryOutMarks(
  marks: readonly MarkDecision[],
  today: string,
  context: Context,
): Promise<Failure[]> {
  return inParallel(marks, 'mark the snapshot', (decision) => mark(decision), context);

  async function mark({ snapshot, reason }: MarkDecision): Promise<void> {
    // Of the moment of its own patch: others may have taken hours.
    const markedAt = context.clock.now().toISOString();
    const patch = {
      labels: { [label.deleteAfter]: today },
      annotations: { [annotation.markedAt]: markedAt },
    };
    await patchLabels(snapshot, patch, context);
    const { namespace, name } = snapshot;
    context.log.info({ namespace, snapshot: name, deleteAfter: today, reason }, 'marked');
  }
}

export interface Pace {
  readonly graceMilliseconds: number;
  readonly pauseMilliseconds: number;
  readonly maxDeletions: number;
  readonly deadlineMilliseconds: number | undefined;
}

export interface Swept {
  readonly deleted: readonly SweepDecision[];
  readonly failed: readonly Failure[];
  /** Due, and not deleted in this run: there were too many, or the time was over. */
  readonly left: number;
}

/**
 * Deletes one snapshot after the other, with pauses; the members of a group are one, and a group that is larger than a run's
 * share is the whole of it. Rejects only with the signal's reason.
 */
export async function carryOutDeletions(
  due: readonly SweepDecision[],
  { graceMilliseconds, pauseMilliseconds, maxDeletions, deadlineMilliseconds = Infinity }: Pace,
  context: Context,
): Promise<Swept> {
  const { clock, signal, log } = context;
  const end = clock.monotonic() + deadlineMilliseconds;
  const deleted: SweepDecision[] = [];
  const failed: Failure[] = [];
  for (const unit of unitsOf(due)) {
    const done = deleted.length + failed.length;
    if (done > 0 ? done + unit.length > maxDeletions : maxDeletions === 0) break;
    // A deletion begun shortly before the end would be cut off by it.
    if (clock.monotonic() + pauseMilliseconds > end) break;
    if (done > 0 && pauseMilliseconds > 0) await clock.sleep(pauseMilliseconds, signal);
    const [{ snapshot }] = unit as [SweepDecision];
    const failure = await attempt(
      snapshot,
      'delete the snapshot',
      () => remove(unit, graceMilliseconds, context),
      context,
    );
    if (failure) failed.push(...unit.map((one) => failureOf(one, failure.error)));
    else deleted.push(...unit);
  }
  const left = due.length - deleted.length - failed.length;
  if (left > 0) log.warn({ left }, 'snapshots that are due are left for the next run');
  return { deleted, failed, left };
}

function failureOf({ snapshot: { namespace, name } }: SweepDecision, error: string): Failure {
  return { namespace, name, error };
}

async function remove(
  unit: readonly SweepDecision[],
  graceMilliseconds: number,
  context: Context,
): Promise<void> {
  const decisions = new Map(unit.map((decision) => [decision.snapshot, decision]));
  const demandWanted = async (snapshot: ManagedSnapshot, present: KubeObject): Promise<void> => {
    const { deleteAfter, retain } = snapshot;
    const { labels = {} } = present.metadata;
    if (holdLabelOf(present) !== undefined) throw new Error('a user holds it since; it is left alone');
    if (labels[label.deleteAfter] !== deleteAfter) {
      throw new Error('a user has changed its date since; the next run looks at it anew');
    }
    const stay = graceOf(markedAtOf(present), context.clock.now(), graceMilliseconds);
    if (stay) throw new Error(`since it was listed: ${stay.reason}`);
    const survivor = decisions.get(snapshot)?.survivor;
    if (retain !== undefined && isReady(present)) await demandSurvivor(survivor, context);
  };
  await deleteTogether([...decisions.keys()], demandWanted, context);
  for (const { snapshot, reason } of unit) {
    const { namespace, name, group } = snapshot;
    const ofGroup = group === undefined ? {} : { groupSnapshot: group };
    context.log.info({ namespace, snapshot: name, ...ofGroup, reason }, 'deleted');
  }
}
