import type { Volume } from './policies.ts';

/** A PVC that is there. */
export interface Claim {
  readonly namespace: string;
  /** Its name, as the label of its snapshots has it. */
  readonly pvc: string;
  readonly uid: string;
}

/** Which volumes there are, by their PVCs. */
export class Claims {
  readonly #uids: ReadonlyMap<string, string>;

  constructor(claims: readonly Claim[]) {
    this.#uids = new Map(claims.map(({ namespace, pvc, uid }) => [`${namespace}/${pvc}`, uid]));
  }

  /** Whether the volume's PVC is there, and not another of its name; where nobody knows the uid, the name decides. */
  has({ namespace, pvc, pvcUid }: Volume): boolean {
    const uid = this.#uids.get(`${namespace}/${pvc}`);
    return uid !== undefined && (pvcUid === undefined || pvcUid === uid);
  }
}
