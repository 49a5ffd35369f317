import type { KubeObject } from '../../../src/kube/object.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { driver } from '../driver.ts';
import { quantityOf } from '../quantity.ts';
import {
  addFinalizer,
  control,
  isDeleting,
  removeFinalizer,
  withStatus,
  type Cluster,
} from './controller.ts';
import { claims, contents, snapshotClasses, snapshots } from './kinds.ts';
import type { Claim, Snapshot, SnapshotClass, SnapshotContent } from './storage-spec.ts';

const prefix = 'snapshot.storage.kubernetes.io/';
const boundProtection = `${prefix}volumesnapshot-bound-protection`;
const sourceProtection = `${prefix}volumesnapshot-as-source-protection`;
/** Of a claim, while a snapshot of it is being made. */
const claimProtection = `${prefix}pvc-as-source-protection`;
const contentProtection = `${prefix}volumesnapshotcontent-bound-protection`;
const beingDeleted = `${prefix}volumesnapshot-being-deleted`;
const isDefaultClass = `${prefix}is-default-class`;

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
      definition: snapshotClasses,
      affected: () => all().filter((snapshot) => !(snapshot as Snapshot).status?.readyToUse),
    },
    {
      definition: claims,
      affected: ({ metadata }) => waitingFor(metadata.namespace ?? '', metadata.name ?? ''),
    },
  ]);

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
    if (snapshot.status?.readyToUse) releaseClaim(snapshot);
    addFinalizer(cluster, snapshots, snapshot, sourceProtection);
    const content = contentOf(snapshot);
    if (!content)
      return snapshot.status?.boundVolumeSnapshotContentName === undefined ? provision(snapshot) : undefined;
    addFinalizer(cluster, snapshots, snapshot, boundProtection);
    adopt(snapshot, content);
    report(snapshot, content);
  }

  function contentOf(snapshot: Snapshot): SnapshotContent | undefined {
    const named = snapshot.spec.source.volumeSnapshotContentName;
    const name = named ?? contentName(snapshot);
    const content = objects.find(contents, undefined, name) as SnapshotContent | undefined;
    if (named !== undefined && !content) fail(snapshot, 'VolumeSnapshotContent is missing');
    if (!content) return undefined;
    const { namespace, name: snapshotName, uid } = content.spec.volumeSnapshotRef;
    const { metadata } = snapshot;
    const isOurs =
      namespace === metadata.namespace &&
      snapshotName === metadata.name &&
      (uid === undefined || uid === metadata.uid);
    if (isOurs) return content;
    fail(snapshot, `VolumeSnapshotContent [${name}] is bound to a different snapshot`);
    return undefined;
  }

  function provision(snapshot: Snapshot): void {
    const { namespace = '', name = '', uid } = snapshot.metadata;
    const claimName = snapshot.spec.source.persistentVolumeClaimName;
    if (claimName === undefined) return;
    const snapshotClass = classOf(snapshot);
    if (typeof snapshotClass === 'string') return fail(snapshot, snapshotClass);
    const claim = objects.find(claims, namespace, claimName) as Claim | undefined;
    if (!claim) {
      return fail(
        snapshot,
        `Failed to create snapshot content with error snapshot controller failed to update ${name} on API server: cannot get claim from snapshot`,
      );
    }
    if (claim.status?.phase !== 'Bound') {
      return fail(
        snapshot,
        `Failed to create snapshot content with error the PVC ${claimName} is not yet bound to a PV, will not attempt to take a snapshot`,
      );
    }
    if (!isDeleting(claim)) addFinalizer(cluster, claims, claim, claimProtection);
    const { driver: ofClass, deletionPolicy, metadata } = snapshotClass;
    objects.create(contents, undefined, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotContent',
      metadata: { name: contentName(snapshot), finalizers: [contentProtection] },
      spec: {
        driver: ofClass,
        deletionPolicy,
        volumeSnapshotClassName: metadata.name,
        sourceVolumeMode: 'Filesystem',
        source: { volumeHandle: claim.spec.volumeName },
        volumeSnapshotRef: {
          kind: 'VolumeSnapshot',
          apiVersion: 'snapshot.storage.k8s.io/v1',
          namespace,
          name,
          uid,
        },
      },
    });
  }

  /** The class to take, or why there is none. */
  function classOf(snapshot: Snapshot): SnapshotClass | string {
    const named = snapshot.spec.volumeSnapshotClassName;
    if (named !== undefined) {
      const found = objects.find(snapshotClasses, undefined, named) as SnapshotClass | undefined;
      return (
        found ??
        `Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io "${named}" not found`
      );
    }
    const classes = objects.all(snapshotClasses) as SnapshotClass[];
    const found = classes.find(
      (one) => one.driver === driver && one.metadata.annotations?.[isDefaultClass] === 'true',
    );
    if (!found) return 'Failed to set default snapshot class with error cannot find default snapshot class';
    const name = found.metadata.name ?? '';
    objects.touch(
      snapshots,
      snapshot,
      (current) => void (current.spec = { ...(current.spec as object), volumeSnapshotClassName: name }),
    );
    return found;
  }

  /** A content that was made by hand learns which snapshot it belongs to. */
  function adopt(snapshot: Snapshot, content: SnapshotContent): void {
    addFinalizer(cluster, contents, content, contentProtection);
    objects.touch(contents, content, (current) => {
      (current as SnapshotContent).spec.volumeSnapshotRef.uid ??= snapshot.metadata.uid ?? '';
    });
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
    });
  }

  function release(snapshot: Snapshot): void {
    if (restoringClaims(snapshot)) return;
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
    releaseClaim(snapshot);
    removeFinalizer(cluster, snapshots, snapshot, boundProtection, sourceProtection);
  }

  /** The claim may go, unless another snapshot of it is still being made. */
  function releaseClaim({ metadata, spec }: Snapshot): void {
    const { namespace, uid } = metadata;
    const name = spec.source.persistentVolumeClaimName;
    const claim = name === undefined ? undefined : objects.find(claims, namespace, name);
    if (!claim?.metadata.finalizers?.includes(claimProtection)) return;
    const isMaking = (other: Snapshot): boolean =>
      other.metadata.uid !== uid &&
      other.spec.source.persistentVolumeClaimName === name &&
      !other.status?.readyToUse;
    const others = objects.all(snapshots, namespace) as Snapshot[];
    if (!others.some(isMaking)) removeFinalizer(cluster, claims, claim, claimProtection);
  }

  function restoringClaims({ metadata }: Snapshot): boolean {
    return objects.all(claims, metadata.namespace).some((object) => {
      const { spec, status } = object as Claim;
      return (
        spec.dataSource?.kind === 'VolumeSnapshot' &&
        spec.dataSource.name === metadata.name &&
        status?.phase === 'Pending'
      );
    });
  }

  function fail(snapshot: Snapshot, message: string): void {
    if (snapshot.status?.error?.message === message) return;
    const error = { message, time: timestamp(cluster.clock.now()) };
    withStatus(cluster, snapshots, snapshot, { error, readyToUse: false });
  }
}

function contentName({ metadata }: Snapshot): string {
  return `snapcontent-${metadata.uid}`;
}
