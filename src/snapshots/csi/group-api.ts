import { isApiVersion } from '../../kube/names.ts';
import type { Resource } from '../../kube/resources.ts';

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
  return {
    apiVersion: `${group}/${version}`,
    snapshots: { group, version, plural: 'volumegroupsnapshots', kind: 'VolumeGroupSnapshot' },
    classes: { group, version, plural: 'volumegroupsnapshotclasses', kind: 'VolumeGroupSnapshotClass' },
    contents: { group, version, plural: 'volumegroupsnapshotcontents', kind: 'VolumeGroupSnapshotContent' },
  };
}

/** The version in an `apiVersion` of this API, as anybody may have written it; undefined for one of another. */
export function groupVersionIn(apiVersion: unknown): string | undefined {
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith(`${group}/`)) return undefined;
  const version = apiVersion.slice(group.length + 1);
  return isApiVersion(version) ? version : undefined;
}
