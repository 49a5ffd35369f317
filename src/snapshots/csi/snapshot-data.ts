import { volumeSnapshotContents } from '../../kube/resources.ts';
import type { ProviderContext, SnapshotData } from '../provider.ts';
import type { StoredSnapshot } from '../stored.ts';
import type { VolumeSnapshotContent } from './content.ts';

/** Undefined for a VolumeSnapshot that has no content, or none any more. */
export async function snapshotData(
  { content: name }: StoredSnapshot,
  { kube, signal }: ProviderContext,
): Promise<SnapshotData | undefined> {
  if (name === undefined) return undefined;
  const content = await kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name }, { signal });
  const { driver, sourceVolumeMode, deletionPolicy } = content?.spec ?? {};
  return driver === undefined ? undefined : { driver, volumeMode: sourceVolumeMode, deletionPolicy };
}
