/** Where a kind lives in the API: the parts of `/apis/{group}/{version}/namespaces/{namespace}/{plural}`. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** One object of a resource; without `namespace` for the kinds that are cluster-wide. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export const pods: Resource = { group: '', version: 'v1', plural: 'pods' };
export const persistentVolumeClaims: Resource = {
  group: '',
  version: 'v1',
  plural: 'persistentvolumeclaims',
};
export const persistentVolumes: Resource = { group: '', version: 'v1', plural: 'persistentvolumes' };
export const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces' };
export const services: Resource = { group: '', version: 'v1', plural: 'services' };
export const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps' };
export const secrets: Resource = { group: '', version: 'v1', plural: 'secrets' };
export const events: Resource = { group: '', version: 'v1', plural: 'events' };
export const deployments: Resource = { group: 'apps', version: 'v1', plural: 'deployments' };
export const statefulSets: Resource = { group: 'apps', version: 'v1', plural: 'statefulsets' };
export const replicaSets: Resource = { group: 'apps', version: 'v1', plural: 'replicasets' };
export const jobs: Resource = { group: 'batch', version: 'v1', plural: 'jobs' };
export const cronJobs: Resource = { group: 'batch', version: 'v1', plural: 'cronjobs' };
export const leases: Resource = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };
export const storageClasses: Resource = { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' };
export const volumeSnapshots: Resource = {
  group: 'snapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumesnapshots',
};
export const volumeSnapshotClasses: Resource = {
  group: 'snapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumesnapshotclasses',
};
export const volumeSnapshotContents: Resource = {
  group: 'snapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumesnapshotcontents',
};

/** The path of a collection; of all namespaces when `namespace` is left out of a namespaced resource. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const { group, version, plural } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${root}${scope}/${plural}`;
}

export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(resource, key.namespace)}/${segment(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** An empty name would address the whole collection (`DELETE .../pods/`), and `..` another object. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new TypeError(`'${name}' is not an object name`);
  return encodeURIComponent(name);
}
