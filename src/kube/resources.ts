/** Where a kind lives in the API: the parts of `/apis/{group}/{version}/namespaces/{namespace}/{plural}`. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** What its objects say that they are. */
  readonly kind: string;
}

/** One object of a resource; without `namespace` for the kinds that are cluster-wide. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export const pods: Resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
export const persistentVolumeClaims: Resource = {
  group: '',
  version: 'v1',
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
};
export const persistentVolumes: Resource = {
  group: '',
  version: 'v1',
  plural: 'persistentvolumes',
  kind: 'PersistentVolume',
};
export const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
export const services: Resource = { group: '', version: 'v1', plural: 'services', kind: 'Service' };
export const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const secrets: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const events: Resource = { group: '', version: 'v1', plural: 'events', kind: 'Event' };
export const deployments: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
};
export const statefulSets: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
};
export const replicaSets: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'replicasets',
  kind: 'ReplicaSet',
};
export const jobs: Resource = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' };
export const cronJobs: Resource = { group: 'batch', version: 'v1', plural: 'cronjobs', kind: 'CronJob' };
export const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};
export const storageClasses: Resource = {
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'storageclasses',
  kind: 'StorageClass',
};
export const volumeSnapshots: Resource = {
  group: 'snapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumesnapshots',
  kind: 'VolumeSnapshot',
};
export const volumeSnapshotClasses: Resource = {
  group: 'snapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumesnapshotclasses',
  kind: 'VolumeSnapshotClass',
};
export const volumeSnapshotContents: Resource = {
  group: 'snapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumesnapshotcontents',
  kind: 'VolumeSnapshotContent',
};
