import { isCalendarDate } from '../../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { isDue } from './due.ts';
import { waitForGroups } from './groups.ts';
import { survivorsOf, volumeOf } from './survivors.ts';

/** What becomes of a snapshot that has a date to go, and why. */
export interface SweepDecision {
  readonly snapshot: ManagedSnapshot;
  readonly fate: SweepFate;
  readonly reason: string;
  /** The ready snapshot that is left of the volume when all others have gone; undefined when there is none. */
  readonly survivor: ManagedSnapshot | undefined;
  /** It would be deleted, if its group could go. */
  readonly waitsForGroup?: boolean;
}

/** `refuse` needs a person: the date cannot be read, or it is the last backup of its volume. */
export type SweepFate = 'delete' | 'wait' | 'keep' | 'refuse';

/**
 * Of all snapshots: those without a date show what is left of a volume. `today` is YYYY-MM-DD in the zone of the dates.
 * The last ready snapshot of a volume is never deleted, unless it is none of ours and a user dated it.
 */
export function planSweep(snapshots: readonly ManagedSnapshot[], today: string): SweepDecision[] {
  const survivors = survivorsOf(snapshots, {
    goes: (snapshot) => isDue(snapshot, today),
    mayStay: ({ retain }) => retain !== undefined,
  });
  const decisions = snapshots
    .filter(({ deleteAfter, isDeleting }) => deleteAfter !== undefined && !isDeleting)
    .map((snapshot) => {
      const survivor = survivors.get(volumeOf(snapshot));
      return { snapshot, survivor, ...decide(snapshot, today, survivor === snapshot) };
    });
  return waitForGroups(decisions, snapshots);
}

function decide(
  { deleteAfter = '', isHeld }: ManagedSnapshot,
  today: string,
  isLast: boolean,
): Pick<SweepDecision, 'fate' | 'reason'> {
  if (isHeld) return { fate: 'keep', reason: 'held by a user' };
  if (!isCalendarDate(deleteAfter)) {
    return {
      fate: 'refuse',
      reason: `'${deleteAfter}' is no date such as ${today}; write one, or take the label away`,
    };
  }
  if (deleteAfter >= today) return { fate: 'wait', reason: `to be deleted after ${deleteAfter}` };
  if (isLast) {
    return {
      fate: 'refuse',
      reason:
        'the last ready backup of its volume; back it up, or delete it with: backup-ns delete --even-the-last',
    };
  }
  return { fate: 'delete', reason: `its day, ${deleteAfter}, is past` };
}
