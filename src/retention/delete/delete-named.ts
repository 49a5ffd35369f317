import type { Caller } from '../../caller.ts';
import type { Deletions, SnapshotContext } from '../../snapshots/provider.ts';
import type { StoredSnapshot } from '../../snapshots/stored.ts';
import type { DeleteSettings } from './settings.ts';
import { calendarDate } from '../../snapshots/buckets.ts';
import { type ManagedSnapshot, holdOf, holdWords, readSnapshot } from '../../snapshots/managed.ts';
import type { SharedValues } from '../../snapshots/shared-values.ts';
import { timeZoneOf, zoneAlone } from '../../snapshots/time-zone.ts';
import { allOrPartial } from '../../snapshots/bulk/all-or-partial.ts';
import { requireAsPlanned } from '../mark-and-delete/require-survivor.ts';
import { unitsOf } from '../mark-and-delete/groups.ts';
import { attempt, type Failure } from '../../snapshots/bulk/in-parallel.ts';
import { readSnapshots } from '../../snapshots/bulk/read-snapshots.ts';
import type { LostBucket } from './lost-buckets.ts';
import { planDeletion, type Deletion, type DeletionPlan, type DeletionRequest } from './plan-deletion.ts';

export interface DeleteResult {
  readonly namespace: string;
  readonly deleted: readonly DeletedSnapshot[];
  readonly failed: readonly Failure[];
}

interface DeletedSnapshot {
  readonly name: string;
  readonly pvc: string;
  /** Somebody else had deleted it before us. */
  readonly wasGone: boolean;
  /** The buckets of the volume that nothing stands for any more, if any. */
  readonly lost?: readonly LostBucket[];
  /** Why its data is there still, where it is. */
  readonly note?: string;
}

/**
 * Deletes the snapshots that a person named, together with what they keep in the storage. One that is held, or is the last
 * backup of its volume, is refused. The caller is asked once about all that is to go. Throws PartialError, or what `confirm`
 * does.
 */
export async function deleteNamed(
  { snapshots: names, namespace: given, evenTheLast }: DeleteSettings,
  caller: Pick<Caller<readonly Deletion[]>, 'confirm'>,
  context: SnapshotContext,
): Promise<DeleteResult> {
  const namespace = given ?? context.kube.namespace;
  const { going, refused } = await makePlan(
    { namespace, names, evenTheLast, words: context.snapshots.words },
    context,
  );
  for (const { error } of refused) context.log.error(error);
  if (going.length > 0) await caller.confirm({ sentence: questionOn(going, namespace), details: going });
  const deletions = context.snapshots.deletions(context);
  // Of an earlier run that was killed, of which a snapshot that is gone may have been named again.
  const unfinished = await deletions.findUnfinished([namespace]);
  while (await unfinished.finishNext());
  const notFinished = unfinished.end();
  const { deleted, failed } = await carryOut(going, evenTheLast, deletions, context);
  const all = [...refused, ...notFinished.failed, ...notFinished.skipped, ...failed];
  return allOrPartial({ namespace, deleted, failed: all }, 'deleted');
}

function questionOn(going: readonly Deletion[], namespace: string): string {
  const names = going.map(({ snapshot }) => `'${snapshot.name}'`).join(', ');
  return `Delete ${names} of namespace '${namespace}', with their data, for ever?`;
}

/** Reads them twice, as the first time tells the zone of their dates: what a namespace has on them may not fit into memory. */
async function makePlan(wish: DeletionRequest, context: SnapshotContext): Promise<DeletionPlan> {
  const { namespace } = wish;
  const timeZone = timeZoneOf(await readSnapshots({ namespace }, zoneAlone, context));
  const read = (stored: StoredSnapshot, share: SharedValues) => readSnapshot(stored, timeZone, share);
  const snapshots = await readSnapshots({ namespace }, read, context);
  return planDeletion(snapshots, wish, calendarDate(context.clock.now(), timeZone), timeZone);
}

async function carryOut(
  going: readonly Deletion[],
  evenTheLast: boolean,
  deletions: Deletions,
  context: SnapshotContext,
) {
  const deleted: DeletedSnapshot[] = [];
  const failed: Failure[] = [];
  for (const unit of unitsOf(going)) {
    const survivors = new Map(unit.map(({ snapshot, survivor }) => [snapshot, survivor]));
    const requireWanted = async (snapshot: ManagedSnapshot, present: StoredSnapshot): Promise<void> => {
      const hold = holdOf(readSnapshot(present, 'UTC'));
      if (hold !== undefined) throw new Error(`it is ${holdWords[hold]} now; it is left as it is`);
      if (!evenTheLast) await requireAsPlanned(snapshot, present, survivors.get(snapshot), context);
    };
    const act = async (): Promise<void> => {
      const { wasThere, note } = await deletions.deleteTogether([...survivors.keys()], requireWanted);
      const what = { wasGone: !wasThere, ...(note !== undefined && { note }) };
      deleted.push(
        ...unit.map(({ snapshot: { name, pvc }, lost }) => ({
          name,
          pvc,
          ...what,
          ...(lost.length > 0 && { lost }),
        })),
      );
    };
    const [{ snapshot }] = unit as [Deletion];
    const failure = await attempt(snapshot, 'delete the snapshot', act, context);
    if (failure) {
      const { error } = failure;
      failed.push(...unit.map(({ snapshot: { namespace, name } }) => ({ namespace, name, error })));
    }
  }
  return { deleted, failed };
}
