import type { Resource } from '../kube/resources.ts';

const group = 'groupsnapshot.storage.k8s.io';

/** That there have been, the newest first; a cluster serves some of them, or none. */
export const groupVersions = ['v1', 'v1beta2', 'v1beta1'] as const;

/** The kinds of group snapshots, in one version. */
export interface GroupApi {
  readonly apiVersion: string;
  readonly snapshots: Resource;
  readonly classes: Resource;
  readonly contents: Resource;
}

export function groupApi(version: string): GroupApi {
  const resource = (plural: string): Resource => ({ group, version, plural });
  return {
    apiVersion: `${group}/${version}`,
    snapshots: resource('volumegroupsnapshots'),
    classes: resource('volumegroupsnapshotclasses'),
    contents: resource('volumegroupsnapshotcontents'),
  };
}

/** The version in an `apiVersion` of this API; undefined for one of another. */
export function groupVersionIn(apiVersion: string): string | undefined {
  return apiVersion.startsWith(`${group}/`) ? apiVersion.slice(group.length + 1) : undefined;
}
