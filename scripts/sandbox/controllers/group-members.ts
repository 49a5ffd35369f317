import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Cluster } from '../cluster.ts';
import { contents, persistentVolumes, snapshots } from '../objects/kinds.ts';
import { withStatus } from './controller.ts';
import { contentProtection, groupHandle, prefix } from './snapshot-content.ts';
import type { GroupContent, GroupSnapshot, MemberInfo, PersistentVolume } from './storage-spec.ts';

export const inGroupProtection = `${prefix}volumesnapshot-in-group-protection`;

const kind = 'VolumeGroupSnapshot';

/** The group that a VolumeSnapshot is a member of. */
export function groupNameOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find((owner) => owner.kind === kind)?.name;
}

export function isMember(snapshot: KubeObject): boolean {
  return groupNameOf(snapshot) !== undefined;
}

export function membersOf({ objects }: Cluster, { metadata }: GroupSnapshot): KubeObject[] {
  return objects
    .all(snapshots, metadata.namespace)
    .filter((one) => one.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
}

/** Makes the VolumeSnapshot and the content of one volume of a group, where they are not there, and binds them. */
export function makeMember(
  cluster: Cluster,
  group: GroupSnapshot,
  groupContent: GroupContent,
  info: MemberInfo,
): void {
  const { objects } = cluster;
  const { namespace = '', uid: groupUid = '' } = group.metadata;
  const digest = createHash('sha256').update(`${groupUid}${info.volumeHandle}`).digest('hex');
  const [name, contentName] = [`snapshot-${digest}`, `snapcontent-${digest}`];
  const handle = groupContent.status?.volumeGroupSnapshotHandle ?? '';
  const content =
    objects.find(contents, undefined, contentName) ??
    objects.create(contents, undefined, contentFor(groupContent, contentName, { namespace, name }, info));
  const member =
    objects.find(snapshots, namespace, name) ??
    objects.create(snapshots, namespace, memberFor(cluster, group, name, info));
  objects.touch(contents, content, (current) => {
    const { volumeSnapshotRef } = current.spec as { volumeSnapshotRef: { uid?: string } };
    volumeSnapshotRef.uid ??= member.metadata.uid ?? '';
  });
  if (!member.status) {
    withStatus(cluster, snapshots, member, { boundVolumeSnapshotContentName: contentName });
  }
  const { snapshotHandle, creationTime, restoreSize } = info;
  const { readyToUse } = groupContent.status ?? {};
  const facts = { snapshotHandle, creationTime, restoreSize, readyToUse };
  withStatus(cluster, contents, content, { ...facts, volumeGroupSnapshotHandle: handle });
}

function contentFor(
  { spec, status }: GroupContent,
  name: string,
  boundTo: { namespace: string; name: string },
  { volumeHandle }: MemberInfo,
): KubeObject {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotContent',
    metadata: {
      name,
      annotations: { [groupHandle]: status?.volumeGroupSnapshotHandle ?? '' },
      finalizers: [contentProtection],
    },
    spec: {
      driver: spec.driver,
      deletionPolicy: spec.deletionPolicy,
      sourceVolumeMode: 'Filesystem',
      source: { volumeHandle },
      volumeSnapshotRef: { kind: 'VolumeSnapshot', ...boundTo },
    },
  };
}

function memberFor(
  { objects }: Cluster,
  { apiVersion, metadata }: GroupSnapshot,
  name: string,
  { volumeHandle }: MemberInfo,
): KubeObject {
  const { name: ofGroup = '', uid = '' } = metadata;
  const volume = objects.find(persistentVolumes, undefined, volumeHandle) as PersistentVolume | undefined;
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: {
      name,
      ownerReferences: [{ apiVersion, kind, name: ofGroup, uid }],
      finalizers: [inGroupProtection],
    },
    spec: { source: { persistentVolumeClaimName: volume?.spec.claimRef?.name ?? '' } },
  };
}
