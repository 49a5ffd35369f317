import type { Context } from '../context.ts';
import { hasStatus, KubeError } from '../kube/error.ts';
import type { KubeObject } from '../kube/object.ts';
import { volumeSnapshots } from '../kube/resources.ts';

export interface VolumeSnapshot extends KubeObject {
  status?: {
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

/**
 * Creates the snapshot. When the answer is lost on the way it looks for the name, which is random enough to be ours,
 * and creates it again only when it is not there.
 */
export async function createVolumeSnapshot(
  request: SnapshotRequest,
  context: Context,
): Promise<VolumeSnapshot> {
  const { kube, clock, signal } = context;
  const manifest = volumeSnapshotManifest(request);
  for (let attempt = 1; ; attempt++) {
    try {
      return await kube.create<VolumeSnapshot>(volumeSnapshots, manifest, { signal });
    } catch (error) {
      const isOurs = attempt > 1 && hasStatus(error, 409) && error.reason === 'AlreadyExists';
      const mayHaveLanded = error instanceof KubeError && error.retryable;
      if (!isOurs && !mayHaveLanded) throw error;
      const found = await kube.find<VolumeSnapshot>(volumeSnapshots, request, { signal });
      if (found) return found;
      if (attempt >= 4) throw error;
      await clock.sleep(attempt * 1000, signal);
    }
  }
}
