import { pvcLabelValue } from '../snapshots/labels.ts';
import type { Tier } from '../snapshots/tiers.ts';
import type { SnapshotRow } from './snapshot-row.ts';

/** Which snapshots a person wants to see: of each kind of wish any may be met, and of every kind that is given one must. */
export interface Wanted {
  /** What it is for: tiers that it stands in, or made by hand. */
  readonly tiers: readonly Tier[];
  readonly adhoc: boolean;
  /** What is to become of it, or has not become. */
  readonly marked: boolean;
  readonly held: boolean;
  readonly failed: boolean;
  /** Whose it is. */
  readonly pvc: string | undefined;
}

type Wish = (row: SnapshotRow) => boolean;

/** Whether a snapshot is one of those. */
export function wantedBy(wanted: Wanted): Wish {
  const kinds = kindsOf(wanted).filter((wishes) => wishes.length > 0);
  return (row) => kinds.every((wishes) => wishes.some((meets) => meets(row)));
}

export function wantsAll(wanted: Wanted): boolean {
  return kindsOf(wanted).every((wishes) => wishes.length === 0);
}

const inTier =
  (tier: Tier): Wish =>
  (row) =>
    row.tiers[tier] !== undefined;

function kindsOf({ tiers, adhoc, marked, held, failed, pvc }: Wanted): Wish[][] {
  const labelled = pvc === undefined ? undefined : pvcLabelValue(pvc);
  const when = (isGiven: boolean, wish: Wish): Wish[] => (isGiven ? [wish] : []);
  return [
    [...tiers.map(inTier), ...when(adhoc, ({ type }) => type === 'adhoc')],
    [
      ...when(marked, (row) => row.deleteAfter !== undefined && row.held === undefined),
      ...when(held, (row) => row.held !== undefined),
      ...when(failed, (row) => row.failed !== undefined),
    ],
    when(pvc !== undefined, (row) => row.pvc === pvc || row.pvc === labelled),
  ];
}
