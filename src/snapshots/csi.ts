import type { Context } from '../context.ts';
import { createNamed } from '../kube/create-named.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';

export interface VolumeSnapshot extends KubeObject {
  status?: {
    boundVolumeSnapshotContentName?: string;
    readyToUse?: boolean;
    /** RFC 3339: when the storage cut the snapshot. */
    creationTime?: string;
    restoreSize?: string;
    /** The last failure; cleared when a later attempt succeeds. */
    error?: { time?: string; message?: string };
  };
}

export interface SnapshotRequest {
  readonly namespace: string;
  readonly name: string;
  readonly pvc: string;
  readonly className: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
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

/** Creates the snapshot; its name is random enough that one of this name is ours. See `createNamed`. */
export function createVolumeSnapshot(request: SnapshotRequest, context: Context): Promise<VolumeSnapshot> {
  return createNamed<VolumeSnapshot>(volumeSnapshots, volumeSnapshotManifest(request), context);
}
