import { backupOf, type Fullness } from '../../snapshots/fullness.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { RetentionDecision } from './plan.ts';

/**
 * A backup keeps its tiers as a whole: as long as one of its volumes stands for a bucket, the others of the same policy do,
 * too, and what is kept can be restored together. Where policies differ, a user wants the volumes kept differently.
 */
export class KeptTogether {
  /** By backup, policy, tier and bucket: the PVC that keeps it. */
  readonly #kept = new Map<string, string>();
  readonly #fullness: (snapshot: ManagedSnapshot) => Fullness;

  constructor(fullness: (snapshot: ManagedSnapshot) => Fullness) {
    this.#fullness = fullness;
  }

  /** Of one volume, all decisions; `policy` is a text that is the same for the same policy. */
  note(decisions: readonly RetentionDecision[], policy: string): void {
    for (const { snapshot, tiers } of decisions) {
      if (!this.#isOfSeveral(snapshot)) continue;
      for (const { tier, bucket, keep } of tiers) {
        if (keep) this.#kept.set(keyOf(snapshot, policy, tier, bucket), snapshot.pvc);
      }
    }
  }

  /** The decision, once all volumes are noted. */
  with(decision: RetentionDecision, policy: string): RetentionDecision {
    const { snapshot, tiers } = decision;
    if (!this.#isOfSeveral(snapshot)) return decision;
    return {
      snapshot,
      tiers: tiers.map((one) => {
        const pvc = this.#kept.get(keyOf(snapshot, policy, one.tier, one.bucket));
        if (one.keep || pvc === undefined) return one;
        return { ...one, keep: true, reason: `its backup stands for it with PVC '${pvc}'` };
      }),
    };
  }

  /** What is not ready is no part of a backup yet, and what is to go is none any more. */
  #isOfSeveral(snapshot: ManagedSnapshot): boolean {
    const { isReady, deleteAfter } = snapshot;
    return isReady && deleteAfter === undefined && this.#fullness(snapshot).volumes > 1;
  }
}

function keyOf(snapshot: ManagedSnapshot, policy: string, tier: string, bucket: string): string {
  return `${backupOf(snapshot)} ${policy} ${tier} ${bucket}`;
}
