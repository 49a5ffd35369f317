import type { Context } from '../context.ts';
import { volumeSnapshotContents } from '../kube/resources.ts';
import { snapshotHandleOf, type VolumeSnapshotContent } from '../snapshots/content.ts';

/**
 * The names of the other contents that stand for the same snapshot of the storage. Whichever of them is deleted with its
 * data takes that of all.
 */
export async function contentsOfSameHandle(
  content: VolumeSnapshotContent,
  { kube, signal }: Context,
): Promise<string[]> {
  const handle = snapshotHandleOf(content);
  const names: string[] = [];
  if (handle === undefined) return names;
  for await (const other of kube.list<VolumeSnapshotContent>(volumeSnapshotContents, { signal })) {
    const isSame = other.spec?.driver === content.spec?.driver && snapshotHandleOf(other) === handle;
    if (isSame && other.metadata.uid !== content.metadata.uid) names.push(other.metadata.name ?? '');
  }
  return names;
}
