import type { Context } from '../context.ts';
import { volumeSnapshots } from '../kube/resources.ts';
import type { VolumeSnapshotContent } from '../snapshots/csi/content.ts';
import { isOrphan } from './orphan.ts';

/** Looks for the VolumeSnapshot that has the name of the content's; see `isOrphan`. */
export async function isOrphanNow(
  content: VolumeSnapshotContent,
  { kube, clock, signal }: Context,
): Promise<boolean> {
  const { namespace, name = '' } = content.spec?.volumeSnapshotRef ?? {};
  const named = await kube.find(volumeSnapshots, { namespace, name }, { signal });
  return isOrphan(content, named, clock.now());
}
