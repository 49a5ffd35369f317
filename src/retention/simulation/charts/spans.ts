import { tiers, type Tier } from '../../../snapshots/tiers.ts';
import type { SnapshotLife } from '../result.ts';

/** A part of a snapshot's life in which it is kept for the same tier; milliseconds since 1970. */
export interface Span {
  /** The longest one that it has a label of; undefined when it has none any more, and waits to be deleted. */
  readonly tier: Tier | undefined;
  readonly madeAt: number;
  readonly from: number;
  readonly to: number;
}

/** One after the other, from when it was made to when it was deleted, or to the end. */
export function spansOf({ tiers: labelled, deletedAt, ...life }: SnapshotLife, end: number): Span[] {
  const gone = deletedAt === null ? end : Date.parse(deletedAt);
  const spans: Span[] = [];
  const madeAt = Date.parse(life.madeAt);
  let from = madeAt;
  // The longest tier first: while it has that label, the others do not matter.
  for (const tier of tiers.toReversed()) {
    const takenAt = labelled[tier];
    if (takenAt === undefined) continue;
    const to = takenAt === null ? gone : Math.min(Date.parse(takenAt), gone);
    if (to > from) {
      spans.push({ tier, madeAt, from, to });
      from = to;
    }
  }
  return gone > from ? [...spans, { tier: undefined, madeAt, from, to: gone }] : spans;
}
