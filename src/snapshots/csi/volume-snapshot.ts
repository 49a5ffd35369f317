import type { Context } from '../../context.ts';
import { createOnce } from '../../kube/create-once.ts';
import type { KubeObject } from '../../kube/object.ts';
import { volumeSnapshots } from '../../kube/resources.ts';
import type { SnapshotRequest } from '../snapshot-method.ts';
import type { StoredSnapshot } from '../stored.ts';
import { words } from './words.ts';
import { groupOf } from './group-of.ts';

export interface VolumeSnapshot extends KubeObject {
  spec?: {
    volumeSnapshotClassName?: string;
    source?: { persistentVolumeClaimName?: string; volumeSnapshotContentName?: string };
  };
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

/** As all but this room know it. Whoever may write the object may have written anything into it. */
export function stored(object: KubeObject): StoredSnapshot {
  const { metadata, spec, status } = object as VolumeSnapshot;
  const { error } = status ?? {};
  return {
    words,
    metadata,
    claim: text(spec?.source?.persistentVolumeClaimName),
    isReadyToUse: status?.readyToUse === true,
    cutAt: text(status?.creationTime),
    restoreSize: text(status?.restoreSize),
    error: error ? { message: text(error.message) } : undefined,
    className: text(spec?.volumeSnapshotClassName),
    content: text(status?.boundVolumeSnapshotContentName),
    group: groupOf(object)?.name,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
