import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** How a user holds the snapshot, in words that complete "it is …"; undefined when nobody does. */
export function holdOf({ isHeld, wasMarked, deleteAfter }: ManagedSnapshot): string | undefined {
  if (isHeld) return 'held by a user';
  if (wasMarked && deleteAfter === undefined) return 'held by a user, who has taken its date away';
  return undefined;
}
