import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { newestFirst } from '../../snapshots/newest-first.ts';

/** What of a volume's ready snapshots may count as the one that is left of it. */
export interface SurvivorRules {
  /** Is to go, and counts no more. */
  readonly goes: (snapshot: ManagedSnapshot) => boolean;
  /** Stays all the same when nothing else would be left. */
  readonly mayStay: (snapshot: ManagedSnapshot) => boolean;
}

/** Of each volume, the newest ready snapshot that does not go; where all go, the newest that may stay. By `volumeOf`. */
export function survivorsOf(
  snapshots: readonly ManagedSnapshot[],
  { goes, mayStay }: SurvivorRules,
): Map<string, ManagedSnapshot> {
  const survivors = new Map<string, ManagedSnapshot>();
  const ready = snapshots.filter(({ isReady }) => isReady);
  for (const [volume, own] of Map.groupBy(ready, volumeOf)) {
    const sorted = own.toSorted(newestFirst);
    const survivor = sorted.find((one) => !goes(one)) ?? sorted.find(mayStay);
    if (survivor) survivors.set(volume, survivor);
  }
  return survivors;
}

export function volumeOf({ namespace, pvc }: ManagedSnapshot): string {
  return `${namespace}/${pvc}`;
}
