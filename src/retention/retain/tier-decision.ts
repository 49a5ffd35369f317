import type { Tier } from '../../snapshots/tiers.ts';

/** What becomes of one label of a snapshot, and why, in words that complete "it is kept/taken because it is …". */
export interface TierDecision {
  readonly tier: Tier;
  readonly bucket: string;
  readonly keep: boolean;
  readonly reason: string;
}
