import { quoted } from '../../core/quoted.ts';
import { waitForGroups } from './groups.ts';
import type { Today } from './mark.ts';
import { mayBecomeReady } from '../retain/policy.ts';
import { isCalendarDate } from '../../snapshots/buckets.ts';
import { type ManagedSnapshot, newestFirst } from '../../snapshots/managed.ts';
import { type UidOf, volumesOf } from '../../snapshots/volumes.ts';

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
      reason: `${quoted(deleteAfter)} is not a date such as ${today}; write one, or take the label away`,
    };
  }
  if (deleteAfter >= today) return { fate: 'wait', reason: `to be deleted after ${deleteAfter}` };
  if (mayBecomeReady(snapshot, now))
    return { fate: 'wait', reason: 'not ready yet, and less than a day old' };
  if (wasReady) {
    return {
      fate: 'refuse',
      reason: `not ready now, which does not say that it never was; see why with: kubectl describe ${words.resource}, and if it is not a backup, delete it with: backup-ns delete`,
    };
  }
  if (isLast) {
    return {
      fate: 'refuse',
      reason:
        'the last ready backup of its volume; back it up, or delete it with: backup-ns delete --even-the-last',
    };
  }
  return { fate: 'delete', reason: `delete-after ${deleteAfter} has passed` };
}

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

/** Whether `mark-and-delete` is to delete it on that day, YYYY-MM-DD in the zone of the dates. */
export function isDue({ deleteAfter, isHeld }: ManagedSnapshot, today: string): boolean {
  return deleteAfter !== undefined && !isHeld && isCalendarDate(deleteAfter) && deleteAfter < today;
}

/** What of a volume's backups may count as the one that is left of it. */
export interface SurvivorRules {
  /** Is to go, and counts no more. */
  readonly goes: (snapshot: ManagedSnapshot) => boolean;
  /** Stays all the same when nothing else would be left. */
  readonly mayStay: (snapshot: ManagedSnapshot) => boolean;
}

/**
 * What is left of the volume of each snapshot: the newest ready backup that does not go; where all go, the newest that may
 * stay, be it one that is not ready now. Only what this tool has made counts: nobody knows what others are, or when they go.
 */
export function survivorsOf(
  snapshots: readonly ManagedSnapshot[],
  { goes, mayStay }: SurvivorRules,
  uidOf?: UidOf,
): Map<ManagedSnapshot, ManagedSnapshot> {
  const survivors = new Map<ManagedSnapshot, ManagedSnapshot>();
  for (const volume of volumesOf(snapshots, uidOf)) {
    const ours = volume.snapshots.filter(({ retain }) => retain !== undefined).toSorted(newestFirst);
    const ready = ours.filter(({ isReady }) => isReady);
    const mayBeLeft = [...ready, ...ours.filter(({ wasReady, isDeleting }) => wasReady && !isDeleting)];
    const survivor = ready.find((one) => !goes(one)) ?? mayBeLeft.find(mayStay);
    if (!survivor) continue;
    for (const snapshot of volume.snapshots) survivors.set(snapshot, survivor);
  }
  return survivors;
}
