import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { volumeSnapshotContents, volumeSnapshots } from '../kube/resources.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { stored, type VolumeSnapshot } from '../snapshots/csi/volume-snapshot.ts';
import { annotation, isReady } from '../snapshots/labels.ts';
import { isReplacementName } from './replacement.ts';

/**
 * The content that an earlier run has put in the place of this one, which is gone or about to go: that is the last step,
 * so all is done when its VolumeSnapshot is there. Throws UserError 'preflight' when there is none, or when its
 * VolumeSnapshot is gone again.
 */
export async function findReplacement(old: string, context: Context): Promise<VolumeSnapshotContent> {
  const { kube, signal } = context;
  const found = await findHeir(old, context);
  if (!found) {
    throw new UserError(
      'preflight',
      `There is no VolumeSnapshotContent '${old}', or it is being deleted, and none was made in its place; list those without a VolumeSnapshot with: backup-ns list --orphans`,
    );
  }
  const { namespace, name = '', uid } = snapshotRefOf(found);
  const snapshot = await kube.find<VolumeSnapshot>(volumeSnapshots, { namespace, name }, { signal });
  if (snapshot && snapshot.metadata.uid === uid && isReady(stored(snapshot))) return found;
  throw new UserError(
    'preflight',
    `VolumeSnapshotContent '${old}' was replaced by '${found.metadata.name}', whose VolumeSnapshot '${name}' in namespace '${namespace}' is not ready or gone again; bring that back with: backup-ns rebind ${found.metadata.name}`,
  );
}

async function findHeir(old: string, { kube, signal }: Context): Promise<VolumeSnapshotContent | undefined> {
  for await (const content of kube.list<VolumeSnapshotContent>(volumeSnapshotContents, { signal })) {
    const { name, annotations = {}, deletionTimestamp } = content.metadata;
    // Earlier versions copied the annotation from any VolumeSnapshot that had it.
    const isOfOld = annotations[annotation.reboundFrom] === old && isReplacementName(name);
    if (isOfOld && deletionTimestamp === undefined) return content;
  }
  return undefined;
}
