import { appVolume } from './app.ts';
export function snapshotManifest(namespace: string, name: string) {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { namespace, name },
    spec: { volumeSnapshotClassName: 'hostdisk', source: { persistentVolumeClaimName: appVolume } },
  };
}
