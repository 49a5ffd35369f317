import { isCalendarDate } from '../../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { UidOf } from '../../snapshots/volumes.ts';
import type { SweepDecision } from './decision.ts';
import { quoted } from '../../core/quoted.ts';
import { isDue } from './due.ts';
import { mayBecomeReady } from '../retain/policy.ts';
import { waitForGroups } from './groups.ts';
import type { Today } from './mark.ts';
import { survivorsOf } from './survivors.ts';

/**
 * Of all snapshots: those without a date show what is left of a volume. The last ready backup of a volume is never deleted;
 * nor is one that is not ready now and was so before, or may become so: as one that was just applied again.
 */
export function planSweep(snapshots: readonly ManagedSnapshot[], at: Today, uidOf?: UidOf): SweepDecision[] {
  const { today } = at;
  const goes = (snapshot: ManagedSnapshot): boolean => isDue(snapshot, today);
  const survivors = survivorsOf(snapshots, { goes, mayStay: ({ isReady }) => isReady }, uidOf);
  const decisions = snapshots
    .filter(({ deleteAfter, isDeleting }) => deleteAfter !== undefined && !isDeleting)
    .map((snapshot) => {
      const survivor = survivors.get(snapshot);
      return { snapshot, survivor, ...decide(snapshot, at, survivor === snapshot) };
    });
  return waitForGroups(decisions, snapshots);
}

function decide(
  snapshot: ManagedSnapshot,
  { now, today }: Today,
  isLast: boolean,
): Pick<SweepDecision, 'fate' | 'reason'> {
  const { deleteAfter = '', isHeld, wasReady, words } = snapshot;
  if (isHeld) return { fate: 'keep', reason: 'held by a user' };
  if (!isCalendarDate(deleteAfter)) {
    return {
      fate: 'refuse',
      reason: `${quoted(deleteAfter)} is no date such as ${today}; write one, or take the label away`,
    };
  }
  if (deleteAfter >= today) return { fate: 'wait', reason: `to be deleted after ${deleteAfter}` };
  if (mayBecomeReady(snapshot, now))
    return { fate: 'wait', reason: 'not ready yet, and less than a day old' };
  if (wasReady) {
    return {
      fate: 'refuse',
      reason: `not ready now, which does not say that it never was; see why with: kubectl describe ${words.resource}, and if it is no backup, delete it with: backup-ns delete`,
    };
  }
  if (isLast) {
    return {
      fate: 'refuse',
      reason:
        'the last ready backup of its volume; back it up, or delete it with: backup-ns delete --even-the-last',
    };
  }
  return { fate: 'delete', reason: `its day, ${deleteAfter}, is past` };
}
