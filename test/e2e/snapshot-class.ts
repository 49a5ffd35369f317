/** A class of the test cluster's CSI driver. */
export function snapshotClass(name: string, deletionPolicy: 'Delete' | 'Retain'): object {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotClass',
    metadata: { name },
    driver: 'hostdisk.csi.backup-ns.sh',
    deletionPolicy,
  };
}
