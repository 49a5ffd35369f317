import { tiers, type Tier } from '../../snapshots/tiers.ts';

/** What became of one snapshot. Times are milliseconds since 1970. */
export interface Life {
  readonly name: string;
  readonly madeAt: number;
  /** Of each tier that it was labelled with, when the label was taken; null while it has it. */
  readonly tiers: ReadonlyMap<Tier, number | null>;
  /** YYYY-MM-DD: it is marked, and goes when that day is over. */
  readonly deleteAfter?: string;
  readonly deletedAt?: number;
}

/** The tiers that it has a label of. */
export function tiersOf(life: Life): Tier[] {
  return tiers.filter((tier) => life.tiers.get(tier) === null);
}
