import type { Context } from '../../context.ts';
import { againOnConflict } from '../../kube/again-on-conflict.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshotContents, volumeSnapshots } from '../../kube/resources.ts';
import type { VolumeSnapshotContent } from '../../snapshots/content.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';

/**
 * Deletes a snapshot together with what it keeps in the storage. `demandWanted` looks at its present state and rejects
 * when the deletion is wanted no more. A content that would be retained is told to go first; killed between the two, the
 * next run finds both as they are and goes on. Resolves to false when it is gone already, or on its way out. Throws a 409
 * when the snapshot is changed again and again.
 */
export async function deleteSnapshot(
  { namespace, name, uid }: ManagedSnapshot,
  demandWanted: (snapshot: KubeObject) => Promise<void>,
  context: Context,
): Promise<boolean> {
  const { kube, signal } = context;
  let hasTried = false;
  return againOnConflict(async () => {
    const present = await kube.find(volumeSnapshots, { namespace, name }, { signal });
    const isThere = present?.metadata.uid === uid && present.metadata.deletionTimestamp === undefined;
    // After an attempt whose answer was lost it is that one which has deleted it.
    if (!isThere) return hasTried;
    await demandWanted(present);
    hasTried = true;
    await releaseContent(present, context);
    const { resourceVersion } = present.metadata;
    await kube.delete(volumeSnapshots, { namespace, name }, { uid, resourceVersion, signal });
    return true;
  });
}

/**
 * A retained content would stay, and its data with it. One that is bound to another snapshot is none of our business.
 * Throws a 409 when somebody has changed it since, or a patch whose answer was lost has: the next look tells.
 */
export async function releaseContent(
  { metadata, status }: KubeObject,
  { kube, signal }: Context,
): Promise<void> {
  const { boundVolumeSnapshotContentName: name } = (status ?? {}) as {
    boundVolumeSnapshotContentName?: string;
  };
  if (name === undefined) return;
  const content = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  if (content?.spec?.volumeSnapshotRef?.uid !== metadata.uid) return;
  if (content?.spec?.deletionPolicy !== 'Retain') return;
  const { resourceVersion } = content.metadata;
  const patch = { metadata: { resourceVersion }, spec: { deletionPolicy: 'Delete' } };
  await kube.patch(volumeSnapshotContents, { name }, patch, { signal });
}
