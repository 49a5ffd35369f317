import type { Context } from '../../context.ts';
import { createOnce } from '../../kube/create-once.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';

export interface VolumeSnapshot extends KubeObject {
  spec?: { source?: { persistentVolumeClaimName?: string; volumeSnapshotContentName?: string } };
  status?: {
    boundVolumeSnapshotContentName?: string;
    readyToUse?: boolean;
    /** RFC 3339: when the storage cut the snapshot. */
    creationTime?: string;
    restoreSize?: string;
    /** The last failure; cleared when a later attempt succeeds. */
    error?: { time?: string; message?: string };
    /** The group that it is a member of. */
    volumeGroupSnapshotName?: string;
  };
}

export interface SnapshotRequest {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly className: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The VolumeGroupSnapshot that it is a member of. */
  readonly group?: string | undefined;
}

export function volumeSnapshotManifest(request: SnapshotRequest): KubeObject {
  const { namespace, name, pvc, className, labels, annotations } = request;
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { namespace, name, labels: { ...labels }, annotations: { ...annotations } },
    spec: { volumeSnapshotClassName: className, source: { persistentVolumeClaimName: pvc } },
  };
}

/** Creates the snapshot. Should its answer be lost: the name is random enough for one that is there to be ours. */
export function createVolumeSnapshot(request: SnapshotRequest, context: Context): Promise<VolumeSnapshot> {
  return createOnce<VolumeSnapshot>(volumeSnapshots, volumeSnapshotManifest(request), () => true, context);
}
