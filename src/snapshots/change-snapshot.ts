import { errorFromObject, hasStatus } from '../kube/error.ts';
import { retryOnConflict } from '../kube/retry-on-conflict.ts';
import type { StoreContext } from './provider.ts';
import { named, type MetadataPatch, type SnapshotKey, type StoredSnapshot } from './stored.ts';

/**
 * What to write into a snapshot as it is now, undefined when it is as wanted. Given undefined when it is not there,
 * and may throw, to say so or to leave it alone.
 */
export type PatchFor = (present: StoredSnapshot | undefined) => MetadataPatch | undefined;

/**
 * Reads a snapshot and writes what `patchFor` says of it, on the condition that nobody has changed it between; else reads
 * it again. Resolves with the snapshot as it was when the answer was made; after a write whose answer was lost, as it was
 * before that. One that goes in between is as one that is not there. Throws a 409 when it is changed again and again, and
 * 'UnreadableObject' for one without a version, as nothing is written without a condition.
 */
export async function changeSnapshot(
  key: SnapshotKey,
  patchFor: PatchFor,
  { snapshots, ...context }: StoreContext,
): Promise<StoredSnapshot | undefined> {
  let before: StoredSnapshot | undefined;
  return retryOnConflict(async () => {
    const present = await snapshots.find(key, context);
    const patch = patchFor(present);
    if (!patch || !present) return before ?? present;
    before = present;
    const { resourceVersion } = present.metadata;
    if (!resourceVersion) throw errorFromObject(named(snapshots.words, key), 'it came without a version');
    try {
      await snapshots.patch(key, { resourceVersion, ...patch }, context);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      patchFor(undefined);
      return undefined;
    }
    return present;
  });
}
