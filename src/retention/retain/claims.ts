import type { Context } from '../../context.ts';
import type { KubeObject } from '../../kube/object.ts';
import { persistentVolumeClaims } from '../../kube/resources.ts';
import { pvcLabelValue } from '../../snapshots/labels.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { Volume } from './policies.ts';

/** A PVC that is there. */
export interface Claim {
  readonly namespace: string;
  /** Its name, as the label of its snapshots has it. */
  readonly pvc: string;
  readonly uid: string;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
}

/** Undefined for what no API server stores. */
export function claimOf({ metadata }: KubeObject): Claim | undefined {
  const { namespace, name, uid, creationTimestamp } = metadata;
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  return { namespace, pvc: pvcLabelValue(name), uid, madeAt: Date.parse(creationTimestamp ?? '') };
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
