import type { Context } from '../../context.ts';
import {
  persistentVolumeClaims,
  storageClasses,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../../kube/resources.ts';
import type { VolumeSnapshotContent } from '../../snapshots/csi/content.ts';
import type { VolumeSnapshot } from '../../snapshots/csi/volume-snapshot.ts';
import { label } from '../../snapshots/labels.ts';
import type { Claim } from './claim.ts';
import type { StorageClass } from './storage-class.ts';
import type { RestoreWish } from './wish.ts';

/** What the cluster has of what a restore is about; undefined for what is not there. */
export interface Sources {
  readonly snapshot: VolumeSnapshot | undefined;
  readonly content: VolumeSnapshotContent | undefined;
  /** The claim whose volume was snapshotted. */
  readonly source: Claim | undefined;
  /** The claim that has the name of the new one already. */
  readonly existing: Claim | undefined;
  readonly classes: readonly StorageClass[];
}

export async function readSources(
  { namespace, snapshot: name, pvc }: RestoreWish,
  { kube, signal }: Context,
): Promise<Sources> {
  const findClaim = (claim: string): Promise<Claim | undefined> =>
    kube.find<Claim>(persistentVolumeClaims, { namespace, name: claim }, { signal });
  const [snapshot, existing, classes] = await Promise.all([
    kube.find<VolumeSnapshot>(volumeSnapshots, { namespace, name }, { signal }),
    findClaim(pvc),
    Array.fromAsync(kube.list<StorageClass>(storageClasses, { signal })),
  ]);
  const { content: contentName, claim: claimName } = snapshot ? linksOf(snapshot) : {};
  const [content, source] = await Promise.all([
    contentName === undefined
      ? undefined
      : kube.find<VolumeSnapshotContent>(volumeSnapshotContents, { name: contentName }, { signal }),
    claimName === undefined ? undefined : findClaim(claimName),
  ]);
  return { snapshot, content, source, existing, classes };
}

/** A snapshot of a content that was there before knows its claim by our label only, if at all. */
function linksOf({ metadata, spec, status }: VolumeSnapshot): { content?: string; claim?: string } {
  const content = status?.boundVolumeSnapshotContentName;
  const claim = spec?.source?.persistentVolumeClaimName ?? metadata.labels?.[label.pvc];
  return { ...(content !== undefined && { content }), ...(claim && { claim }) };
}
