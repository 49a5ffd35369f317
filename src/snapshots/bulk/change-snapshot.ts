import type { Context } from '../../context.ts';
import { againOnConflict } from '../../kube/again-on-conflict.ts';
import { hasStatus } from '../../kube/error.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import { missingSnapshot } from '../missing.ts';
import type { SnapshotName } from './in-parallel.ts';
import type { MetadataPatch } from './patch-labels.ts';

/** What to write into a snapshot as it is now; undefined when it is as wanted. May throw to leave it alone. */
export type PatchFor = (snapshot: KubeObject) => MetadataPatch | undefined;

/**
 * Reads a snapshot and writes what `patchFor` says of it, on the condition that nobody has changed it between; else reads
 * it again. Resolves with the snapshot as it was before. Throws a 409 when it is changed again and again.
 */
export async function changeSnapshot(
  key: SnapshotName,
  patchFor: PatchFor,
  { kube, signal }: Context,
): Promise<KubeObject> {
  let before: KubeObject | undefined;
  return againOnConflict(async () => {
    const present = await kube.find(volumeSnapshots, key, { signal });
    if (!present) throw new Error(missingSnapshot(key));
    const patch = patchFor(present);
    // An attempt whose answer was lost has done it: what it was before is what that one saw.
    if (!patch) return before ?? present;
    before = present;
    const { resourceVersion } = present.metadata;
    try {
      await kube.patch(volumeSnapshots, key, { metadata: { resourceVersion, ...patch } }, { signal });
    } catch (error) {
      throw hasStatus(error, 404) ? new Error(missingSnapshot(key), { cause: error }) : error;
    }
    return present;
  });
}
