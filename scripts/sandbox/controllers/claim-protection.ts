import type { Cluster } from '../cluster.ts';
import { addFinalizer, isDeleting, removeFinalizer } from './controller.ts';
import { claims, snapshots } from '../objects/kinds.ts';
import type { Claim, Snapshot } from './storage-spec.ts';

const protection = 'snapshot.storage.kubernetes.io/pvc-as-source-protection';

/** A claim stays while a snapshot of it is being made. */
export function protectClaim(cluster: Cluster, claim: Claim): void {
  if (!isDeleting(claim)) addFinalizer(cluster, claims, claim, protection);
}

/** The claim of this snapshot may go, unless another snapshot of it is still being made. */
export function releaseClaim(cluster: Cluster, { metadata, spec }: Snapshot): void {
  const { objects } = cluster;
  const { namespace, uid } = metadata;
  const name = spec.source.persistentVolumeClaimName;
  const claim = name === undefined ? undefined : objects.find(claims, namespace, name);
  if (!claim?.metadata.finalizers?.includes(protection)) return;
  const isMaking = (other: Snapshot): boolean =>
    other.metadata.uid !== uid &&
    other.spec.source.persistentVolumeClaimName === name &&
    !other.status?.readyToUse;
  const others = objects.all(snapshots, namespace) as Snapshot[];
  if (!others.some(isMaking)) removeFinalizer(cluster, claims, claim, protection);
}
