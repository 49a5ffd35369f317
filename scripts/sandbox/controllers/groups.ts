import type { KubeObject } from '../../../src/kube/object.ts';
import type { Cluster } from '../cluster.ts';
import { claims, groupClasses, groupContents, groups, snapshots } from '../objects/kinds.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { addFinalizer, control, isDeleting, removeFinalizer, withStatus } from './controller.ts';
import { makeMember, membersOf } from './group-members.ts';
import type { Claim, GroupContent, GroupSnapshot, SnapshotClass } from './storage-spec.ts';

export const groupPrefix = 'groupsnapshot.storage.kubernetes.io/';
export const groupBeingDeleted = `${groupPrefix}volumegroupsnapshot-being-deleted`;
export const groupContentProtection = `${groupPrefix}volumegroupsnapshotcontent-bound-protection`;
const boundProtection = `${groupPrefix}volumegroupsnapshot-bound-protection`;

/** Binds every VolumeGroupSnapshot to a content, makes its members, and lets them go together. */
export function controlGroups(cluster: Cluster): void {
  const { objects } = cluster;
  const ofContent = (content: KubeObject): KubeObject[] => {
    const { namespace, name } = (content as GroupContent).spec.volumeGroupSnapshotRef;
    const group = objects.find(groups, namespace, name);
    return group ? [group] : [];
  };
  control(cluster, groups, (object) => reconcile(object as GroupSnapshot), [
    { definition: groupContents, affected: ofContent },
    { definition: claims, affected: ({ metadata }) => objects.all(groups, metadata.namespace) },
  ]);

  function reconcile(group: GroupSnapshot): void {
    const content = contentOf(group);
    if (isDeleting(group)) return release(group, content);
    if (!content) return provision(group);
    addFinalizer(cluster, groups, group, boundProtection);
    for (const info of content.status?.volumeSnapshotInfoList ?? [])
      makeMember(cluster, group, content, info);
    const { creationTime, readyToUse = false, error } = content.status ?? {};
    withStatus(cluster, groups, group, {
      boundVolumeGroupSnapshotContentName: content.metadata.name,
      readyToUse,
      ...(creationTime && { creationTime }),
      error,
    });
  }

  function contentOf({ metadata }: GroupSnapshot): GroupContent | undefined {
    return objects.find(groupContents, undefined, `groupsnapcontent-${metadata.uid}`) as
      | GroupContent
      | undefined;
  }

  function provision(group: GroupSnapshot): void {
    const { namespace = '', name = '', uid = '' } = group.metadata;
    const className = group.spec.volumeGroupSnapshotClassName ?? '';
    const found = objects.find(groupClasses, undefined, className) as SnapshotClass | undefined;
    if (!found) {
      return fail(group, `volumegroupsnapshotclass.groupsnapshot.storage.k8s.io "${className}" not found`);
    }
    const selected = selectedClaims(group);
    const unbound = selected.find(({ status }) => status?.phase !== 'Bound');
    if (selected.length === 0) return fail(group, 'the label selector is not applied to any PVC');
    if (unbound) return fail(group, `the PVC ${unbound.metadata.name} is not yet bound to a PV`);
    objects.create(groupContents, undefined, {
      apiVersion: group.apiVersion,
      kind: 'VolumeGroupSnapshotContent',
      metadata: { name: `groupsnapcontent-${uid}`, finalizers: [groupContentProtection] },
      spec: {
        driver: found.driver,
        deletionPolicy: found.deletionPolicy,
        volumeGroupSnapshotClassName: className,
        source: { volumeHandles: selected.map(({ spec }) => spec.volumeName) },
        volumeGroupSnapshotRef: { apiVersion: group.apiVersion, kind: group.kind, namespace, name, uid },
      },
    });
  }

  /** Nothing but `matchLabels` is looked at, as by the real one. */
  function selectedClaims({ metadata, spec }: GroupSnapshot): Claim[] {
    const wanted = Object.entries(spec.source.selector?.matchLabels ?? {});
    const all = objects.all(claims, metadata.namespace) as Claim[];
    return all.filter((claim) => wanted.every(([name, value]) => claim.metadata.labels?.[name] === value));
  }

  function fail(group: GroupSnapshot, why: string): void {
    const message = `failed to create group snapshot content with error ${why}`;
    if (group.status?.error?.message === message) return;
    const error = { message, time: timestamp(cluster.clock.now()) };
    withStatus(cluster, groups, group, { error, readyToUse: false });
  }

  function release(group: GroupSnapshot, content: GroupContent | undefined): void {
    if (content) {
      objects.touch(groupContents, content, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [groupBeingDeleted]: 'yes' };
      });
    }
    for (const { metadata } of membersOf(cluster, group).filter((member) => !isDeleting(member))) {
      objects.delete(snapshots, metadata.namespace, metadata.name ?? '');
    }
    if (content?.spec.deletionPolicy === 'Delete') {
      if (!isDeleting(content)) objects.delete(groupContents, undefined, content.metadata.name ?? '');
    } else removeFinalizer(cluster, groups, group, boundProtection);
  }
}
