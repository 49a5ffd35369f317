import type { Context } from '../../context.ts';
import { isDeleting, type KubeObject } from '../../kube/object.ts';
import { persistentVolumeClaims } from '../../kube/resources.ts';
import { pvcLabelValue } from '../../snapshots/labels.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { ClaimSource } from '../../snapshots/provider.ts';
import type { Volume } from './policies.ts';

/** A PVC that is there. */
export interface Claim {
  readonly namespace: string;
  /** Its name, as the label of its snapshots has it. */
  readonly pvc: string;
  readonly uid: string;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
  /** What its volume is still to be made from, in its own namespace. */
  readonly awaits?: ClaimSource;
}

interface PersistentVolumeClaim extends KubeObject {
  spec?: {
    volumeName?: string;
    dataSource?: ClaimSource;
    dataSourceRef?: ClaimSource & { namespace?: string };
  };
}

/** Undefined for what no API server stores. */
export function claimOf(object: KubeObject): Claim | undefined {
  const { metadata }: PersistentVolumeClaim = object;
  const { namespace, name, uid, creationTimestamp } = metadata;
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  const awaits = awaitedBy(object);
  const madeAt = Date.parse(creationTimestamp ?? '');
  return { namespace, pvc: pvcLabelValue(name), uid, madeAt, ...(awaits && { awaits }) };
}

function awaitedBy({ metadata, spec = {} }: PersistentVolumeClaim): ClaimSource | undefined {
  const { volumeName, dataSource, dataSourceRef } = spec;
  if (volumeName || isDeleting({ metadata })) return undefined;
  const isHere = (dataSourceRef?.namespace ?? metadata.namespace) === metadata.namespace;
  return dataSource ?? (isHere ? dataSourceRef : undefined);
}

/** Of one namespace, or of the whole cluster. Throws KubeError. */
export async function readClaims(namespace: string | undefined, { kube, signal }: Context): Promise<Claim[]> {
  const claims: Claim[] = [];
  for await (const object of kube.list(persistentVolumeClaims, { namespace, signal })) {
    const claim = claimOf(object);
    if (claim) claims.push(claim);
  }
  return claims;
}

/** What stands for the uid of a PVC that is there no more, of snapshots that do not say it. */
const earlier = 'earlier';

/** Which volumes there are, by their PVCs. */
export class Claims {
  readonly #claims: ReadonlyMap<string, Claim>;

  constructor(claims: readonly Claim[]) {
    this.#claims = new Map(claims.map((claim) => [`${claim.namespace}/${claim.pvc}`, claim]));
  }

  /**
   * Which volume a snapshot is of. One that does not say it is of the PVC that is there, unless it is older than that; of one
   * that is not there nobody knows.
   */
  readonly uidOf = ({ namespace, pvc, pvcUid, createdAt }: ManagedSnapshot): string | undefined => {
    if (pvcUid !== undefined) return pvcUid;
    const claim = this.#claims.get(`${namespace}/${pvc}`);
    return claim && createdAt < claim.madeAt ? earlier : claim?.uid;
  };

  /** Whether the volume's PVC is there, and not another of its name. */
  has({ namespace, pvc, pvcUid }: Volume): boolean {
    const claim = this.#claims.get(`${namespace}/${pvc}`);
    return claim !== undefined && claim.uid === pvcUid;
  }
}
