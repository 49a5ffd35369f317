import type { ManagedSnapshot } from './managed.ts';

/** Its label, one whose value nobody understands, or that a user took away the date that this tool had given it. */
export type Hold = 'label' | 'odd-label' | 'date-removed';

/** How a user holds the snapshot, as `mark-and-delete` takes it: a mark without its date is never given another. */
export function holdOf({ isHeld, hasOddHold, wasMarked, deleteAfter }: ManagedSnapshot): Hold | undefined {
  if (isHeld) return hasOddHold ? 'odd-label' : 'label';
  return wasMarked && deleteAfter === undefined ? 'date-removed' : undefined;
}

/** In words that complete "it is …". */
export const holdWords: Readonly<Record<Hold, string>> = {
  label: 'held by a user',
  'odd-label': 'held by a user, with a label that says neither true nor false',
  'date-removed': 'held by a user, who has taken its date away',
};
