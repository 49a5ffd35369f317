import { quoted } from '../core/quoted.ts';
import { snapshotRefOf, type VolumeSnapshotContent } from '../snapshots/csi/content.ts';

const groupHandle = 'groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle';

/** Why this content is not an orphan. */
export function belongingProblem(content: VolumeSnapshotContent): string {
  const { namespace, name, uid } = snapshotRefOf(content);
  const what = `VolumeSnapshotContent '${content.metadata.name}'`;
  const whose = `VolumeSnapshot ${quoted(name)} in namespace ${quoted(namespace)}`;
  if (!uid)
    return `${what} was made by hand and waits for ${whose}; make that, or wait until it is a day old`;
  return `${what} belongs to ${whose}, which is there; see it with: kubectl -n ${namespace} get volumesnapshot ${name}`;
}

/** The storage keeps and deletes the snapshots of a group together. Undefined for one that is of no group. */
export function groupProblem({ metadata, status }: VolumeSnapshotContent): string | undefined {
  const handle = status?.volumeGroupSnapshotHandle ?? metadata.annotations?.[groupHandle];
  if (handle === undefined) return undefined;
  return `VolumeSnapshotContent '${metadata.name}' is of the group snapshot ${quoted(handle)}, of which no single one can be deleted or brought back; look for its VolumeGroupSnapshotContent with: kubectl get volumegroupsnapshotcontents`;
}
