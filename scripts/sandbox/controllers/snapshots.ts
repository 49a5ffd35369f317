import type { KubeObject } from '../../../src/kube/object.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { quantityOf } from '../quantity.ts';
import type { Cluster } from '../cluster.ts';
import { addFinalizer, control, isDeleting, removeFinalizer, withStatus } from './controller.ts';
import { claims, contents, groups, snapshotClasses, snapshots } from '../objects/kinds.ts';
import { releaseClaim } from './claim-protection.ts';
import {
  beingDeleted,
  contentName,
  contentProtection,
  fail,
  missingClass,
  prefix,
  provisionContent,
} from './snapshot-content.ts';
import { groupNameOf, inGroupProtection, isMember } from './group-members.ts';
import type { Claim, Snapshot, SnapshotContent } from './storage-spec.ts';

const boundProtection = `${prefix}volumesnapshot-bound-protection`;
const sourceProtection = `${prefix}volumesnapshot-as-source-protection`;

/** Binds every VolumeSnapshot to a content, tells it how the content fares, and lets it go when it is deleted. */
export function controlSnapshots(cluster: Cluster): void {
  const { objects } = cluster;
  const all = () => objects.all(snapshots);
  const ofContent = (content: KubeObject): KubeObject[] => {
    const { namespace, name } = (content as SnapshotContent).spec.volumeSnapshotRef;
    const snapshot = objects.find(snapshots, namespace, name);
    return snapshot ? [snapshot] : [];
  };
  control(cluster, snapshots, (object) => reconcile(object as Snapshot), [
    { definition: contents, affected: ofContent },
    {
      definition: groups,
      affected: ({ metadata }) =>
        objects.all(snapshots, metadata.namespace).filter((one) => isMember(one) && isDeleting(one)),
    },
    {
      definition: snapshotClasses,
      affected: () => all().filter((snapshot) => !(snapshot as Snapshot).status?.readyToUse),
    },
    {
      definition: claims,
      affected: ({ metadata }) => waitingFor(metadata.namespace ?? '', metadata.name ?? ''),
    },
  ]);

  control(cluster, contents, (object) => protect(object as SnapshotContent));

  function waitingFor(namespace: string, claim: string): KubeObject[] {
    return objects.all(snapshots, namespace).filter((object) => {
      const { spec, status } = object as Snapshot;
      // A claim that restores from a snapshot holds it.
      return (
        isDeleting(object) ||
        (spec.source.persistentVolumeClaimName === claim && !status?.boundVolumeSnapshotContentName)
      );
    });
  }

  function reconcile(snapshot: Snapshot): void {
    if (isDeleting(snapshot)) return release(snapshot);
    if (snapshot.status?.readyToUse) releaseClaim(cluster, snapshot);
    addFinalizer(cluster, snapshots, snapshot, sourceProtection);
    const content = contentOf(snapshot);
    if (!content && isMember(snapshot)) return;
    if (!content) {
      if (snapshot.status?.boundVolumeSnapshotContentName === undefined) provisionContent(cluster, snapshot);
      return;
    }
    // One that is ready is looked at again for its own changes, and not when its content gets another policy.
    if (content.spec.deletionPolicy === 'Delete' && !snapshot.status?.readyToUse && !isMember(snapshot))
      addFinalizer(cluster, snapshots, snapshot, boundProtection);
    adopt(snapshot, content);
    report(snapshot, content);
  }

  function contentOf(snapshot: Snapshot): SnapshotContent | undefined {
    const named = snapshot.spec.source.volumeSnapshotContentName;
    const ofMember = isMember(snapshot) ? (snapshot.status?.boundVolumeSnapshotContentName ?? '') : undefined;
    const name = named ?? ofMember ?? contentName(snapshot);
    const content = objects.find(contents, undefined, name) as SnapshotContent | undefined;
    const problem = named === undefined ? undefined : problemOfNamed(snapshot, content);
    if (problem !== undefined) fail(cluster, snapshot, problem);
    if (!content || problem !== undefined) return undefined;
    const { namespace, name: snapshotName, uid } = content.spec.volumeSnapshotRef;
    const { metadata } = snapshot;
    const isOurs =
      namespace === metadata.namespace &&
      snapshotName === metadata.name &&
      (uid === undefined || uid === metadata.uid);
    if (isOurs) return content;
    fail(cluster, snapshot, `VolumeSnapshotContent [${name}] is bound to a different snapshot`);
    return undefined;
  }

  /** Why the snapshot cannot have the content that it names. */
  function problemOfNamed(snapshot: Snapshot, content: SnapshotContent | undefined): string | undefined {
    const isBinding = !isDeleting(snapshot) && !snapshot.status?.readyToUse;
    const missing = isBinding ? missingClass(cluster, snapshot.spec.volumeSnapshotClassName) : undefined;
    if (missing !== undefined) return `Failed to get snapshot class with error ${missing}`;
    if (!content) return 'VolumeSnapshotContent is missing';
    if (content.spec.source.snapshotHandle !== undefined) return undefined;
    return 'VolumeSnapshotContent is dynamically provisioned while expecting a pre-provisioned one';
  }

  /** A content that was made by hand learns which snapshot it belongs to. */
  function adopt({ metadata, spec }: Snapshot, content: SnapshotContent): void {
    objects.touch(contents, content, (current) => {
      const own = (current as SnapshotContent).spec;
      own.volumeSnapshotRef.uid ??= metadata.uid ?? '';
      if (spec.volumeSnapshotClassName !== undefined)
        own.volumeSnapshotClassName ??= spec.volumeSnapshotClassName;
    });
  }

  /** A content that belongs to a snapshot, whether that is there or not, stays until the driver has been told. */
  function protect(content: SnapshotContent): void {
    if (content.spec.volumeSnapshotRef.uid === undefined || isDeleting(content)) return;
    addFinalizer(cluster, contents, content, contentProtection);
  }

  function report(snapshot: Snapshot, { metadata, status }: SnapshotContent): void {
    const cut =
      status?.creationTime === undefined ? undefined : timestamp(new Date(status.creationTime / 1e6));
    withStatus(cluster, snapshots, snapshot, {
      boundVolumeSnapshotContentName: metadata.name,
      readyToUse: status?.readyToUse ?? false,
      ...(cut && { creationTime: cut }),
      ...(status?.restoreSize !== undefined && { restoreSize: quantityOf(status.restoreSize) }),
      error: status?.error,
      ...(isMember(snapshot) && { volumeGroupSnapshotName: groupNameOf(snapshot) }),
    });
  }

  function release(snapshot: Snapshot): void {
    const group = groupNameOf(snapshot);
    // A member is not deleted alone: it waits until its group has gone.
    if (group !== undefined && objects.find(groups, snapshot.metadata.namespace, group)) return;
    if (isBeingRestored(snapshot)) return;
    const content = contentOf(snapshot);
    if (content) {
      objects.touch(
        contents,
        content,
        ({ metadata }) => void (metadata.annotations = { ...metadata.annotations, [beingDeleted]: 'yes' }),
      );
      if (content.spec.deletionPolicy === 'Delete') {
        if (!isDeleting(content)) objects.delete(contents, undefined, content.metadata.name ?? '');
        return;
      }
    }
    releaseClaim(cluster, snapshot);
    removeFinalizer(cluster, snapshots, snapshot, boundProtection, sourceProtection, inGroupProtection);
  }

  function isBeingRestored({ metadata }: Snapshot): boolean {
    return objects.all(claims, metadata.namespace).some((object) => {
      const { spec, status } = object as Claim;
      return (
        spec.dataSource?.kind === 'VolumeSnapshot' &&
        spec.dataSource.name === metadata.name &&
        status?.phase === 'Pending'
      );
    });
  }
}
