import { isCalendarDate } from '../../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SweepDecision } from './decision.ts';
import { isDue } from './due.ts';
import { waitForGroups } from './groups.ts';
import { survivorsOf, volumeOf } from './survivors.ts';

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
