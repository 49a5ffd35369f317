import type { Context } from '../context.ts';
import { hasStatus } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshotContents, volumeSnapshots } from '../kube/resources.ts';
import type { VolumeSnapshotContent } from '../snapshots/content.ts';
import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** A controller may touch the snapshot between our reading and our deleting it. */
const maximumAttempts = 4;

/**
 * Deletes a snapshot together with what it keeps in the storage. `demandWanted` looks at its present state and rejects
 * when the deletion is wanted no more. A content that would be retained is told to go first; killed between the two, the
 * next run finds both as they are and goes on. Throws a 409 when the snapshot is changed again and again.
 */
export async function deleteSnapshot(
  { namespace, name, uid }: ManagedSnapshot,
  demandWanted: (snapshot: KubeObject) => Promise<void>,
  context: Context,
): Promise<void> {
  const { kube, signal } = context;
  for (let attempt = 1; ; attempt++) {
    const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    if (present?.metadata.uid !== uid || present.metadata.deletionTimestamp !== undefined) return;
    await demandWanted(present);
    await releaseContent(present, context);
    const { resourceVersion } = present.metadata;
    try {
      return await kube.delete(volumeSnapshots, { namespace, name }, { uid, resourceVersion, signal });
    } catch (error) {
      if (!hasStatus(error, 409) || attempt === maximumAttempts) throw error;
    }
  }
}

/** A retained content would stay, and its data with it. One that is bound to another snapshot is none of our business. */
async function releaseContent({ metadata, status }: KubeObject, { kube, signal }: Context): Promise<void> {
  const { boundVolumeSnapshotContentName: name } = (status ?? {}) as {
    boundVolumeSnapshotContentName?: string;
  };
  if (name === undefined) return;
  const content = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  if (content?.spec?.volumeSnapshotRef?.uid !== metadata.uid) return;
  if (content?.spec?.deletionPolicy !== 'Retain') return;
  const { resourceVersion } = content.metadata;
  const patch = { metadata: { resourceVersion }, spec: { deletionPolicy: 'Delete' } };
  try {
    await kube.patch(volumeSnapshotContents, { name }, patch, { signal });
  } catch (error) {
    // Changed meanwhile, or told already by a patch whose answer was lost: the next look tells.
    if (!hasStatus(error, 409)) throw error;
    const now = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
    if (now?.spec?.deletionPolicy === 'Retain') throw error;
  }
}
