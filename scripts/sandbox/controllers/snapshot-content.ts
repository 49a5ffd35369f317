import { driver } from '../driver.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { protectClaim } from './claim-protection.ts';
import type { Cluster } from '../cluster.ts';
import { withStatus } from './controller.ts';
import { claims, contents, snapshotClasses, snapshots } from '../objects/kinds.ts';
import type { Claim, Snapshot, SnapshotClass } from './storage-spec.ts';

export const prefix = 'snapshot.storage.kubernetes.io/';
export const contentProtection = `${prefix}volumesnapshotcontent-bound-protection`;
export const beingDeleted = `${prefix}volumesnapshot-being-deleted`;
/** On the contents of the members of a group. */
export const groupHandle = 'groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle';
const isDefaultClass = `${prefix}is-default-class`;
const failed = 'Failed to create snapshot content with error';

/** Of the content that is made for a snapshot. */
export function contentName({ metadata }: Snapshot): string {
  return `snapcontent-${metadata.uid}`;
}

/** Makes the content of a new snapshot, or writes into its status why that cannot be. */
export function provisionContent(cluster: Cluster, snapshot: Snapshot): void {
  const { namespace, name = '' } = snapshot.metadata;
  const claimName = snapshot.spec.source.persistentVolumeClaimName;
  if (claimName === undefined) return;
  const snapshotClass = classOf(cluster, snapshot);
  if (typeof snapshotClass === 'string') return fail(cluster, snapshot, snapshotClass);
  const claim = cluster.objects.find(claims, namespace, claimName) as Claim | undefined;
  if (!claim) {
    const why = `snapshot controller failed to update ${name} on API server: cannot get claim from snapshot`;
    return fail(cluster, snapshot, `${failed} ${why}`);
  }
  if (claim.status?.phase !== 'Bound') {
    const why = `the PVC ${claimName} is not yet bound to a PV, will not attempt to take a snapshot`;
    return fail(cluster, snapshot, `${failed} ${why}`);
  }
  protectClaim(cluster, claim);
  createContent(cluster, snapshot, snapshotClass, claim.spec.volumeName ?? '');
}

function createContent(
  { objects }: Cluster,
  snapshot: Snapshot,
  { driver: ofClass, deletionPolicy, metadata }: SnapshotClass,
  volumeHandle: string,
): void {
  const { namespace = '', name = '', uid } = snapshot.metadata;
  const apiVersion = 'snapshot.storage.k8s.io/v1';
  objects.create(contents, undefined, {
    apiVersion,
    kind: 'VolumeSnapshotContent',
    metadata: { name: contentName(snapshot), finalizers: [contentProtection] },
    spec: {
      driver: ofClass,
      deletionPolicy,
      volumeSnapshotClassName: metadata.name,
      sourceVolumeMode: 'Filesystem',
      source: { volumeHandle },
      volumeSnapshotRef: { kind: 'VolumeSnapshot', apiVersion, namespace, name, uid },
    },
  });
}

/** The class to take, or why there is none. A snapshot that names none is given the default's name. */
function classOf(cluster: Cluster, snapshot: Snapshot): SnapshotClass | string {
  const { objects } = cluster;
  const named = snapshot.spec.volumeSnapshotClassName;
  const missing = missingClass(cluster, named);
  if (missing !== undefined) return `Failed to get snapshot class with error ${missing}`;
  if (named !== undefined) return objects.get(snapshotClasses, undefined, named) as SnapshotClass;
  const classes = objects.all(snapshotClasses) as SnapshotClass[];
  const found = classes.find(
    (one) => one.driver === driver && one.metadata.annotations?.[isDefaultClass] === 'true',
  );
  if (!found) return 'Failed to set default snapshot class with error cannot find default snapshot class';
  objects.touch(snapshots, snapshot, (current) => {
    current.spec = { ...(current.spec as object), volumeSnapshotClassName: found.metadata.name };
  });
  return found;
}

/** In the API server's words, if there is no class of this name. */
export function missingClass({ objects }: Cluster, name: string | undefined): string | undefined {
  if (name === undefined || objects.find(snapshotClasses, undefined, name)) return undefined;
  return `volumesnapshotclass.snapshot.storage.k8s.io "${name}" not found`;
}

export function fail(cluster: Cluster, snapshot: Snapshot, message: string): void {
  if (snapshot.status?.error?.message === message) return;
  const error = { message, time: timestamp(cluster.clock.now()) };
  withStatus(cluster, snapshots, snapshot, { error, readyToUse: false });
}
