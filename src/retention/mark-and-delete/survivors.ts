import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { newestFirst } from '../../snapshots/newest-first.ts';
import { volumesOf, type UidOf } from '../../snapshots/volumes.ts';

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
