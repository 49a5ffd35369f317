import { isCalendarDate } from '../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** What becomes of a snapshot that has a date to go, and why. */
export interface SweepDecision {
  readonly snapshot: ManagedSnapshot;
  readonly fate: SweepFate;
  readonly reason: string;
}

/** `refuse` needs a person: the date cannot be read, or it is the last backup of its volume. */
export type SweepFate = 'delete' | 'wait' | 'keep' | 'refuse';

/**
 * Of all snapshots: those without a date show what is left of a volume. `today` is YYYY-MM-DD in the zone of the dates.
 * The newest ready snapshot of a volume is never deleted, unless it is none of ours and a user dated it.
 */
export function planSweep(snapshots: readonly ManagedSnapshot[], today: string): SweepDecision[] {
  const last = new Set(lastBackups(snapshots, today));
  return snapshots
    .filter(({ deleteAfter, isDeleting }) => deleteAfter !== undefined && !isDeleting)
    .map((snapshot) => ({ snapshot, ...decide(snapshot, today, last.has(snapshot)) }));
}

function decide(
  { deleteAfter = '', isHeld, retain }: ManagedSnapshot,
  today: string,
  isLast: boolean,
): { fate: SweepFate; reason: string } {
  if (isHeld) return { fate: 'keep', reason: 'held by a user' };
  if (!isCalendarDate(deleteAfter)) {
    return {
      fate: 'refuse',
      reason: `'${deleteAfter}' is no date such as ${today}; write one, or take the label away`,
    };
  }
  if (deleteAfter >= today) return { fate: 'wait', reason: `to be deleted after ${deleteAfter}` };
  if (isLast && retain !== undefined) {
    return {
      fate: 'refuse',
      reason: 'the last ready backup of its volume; back it up, or delete it by hand',
    };
  }
  return { fate: 'delete', reason: `its day, ${deleteAfter}, is past` };
}

/** Of each volume whose ready snapshots would all go, the newest of them. */
function lastBackups(snapshots: readonly ManagedSnapshot[], today: string): ManagedSnapshot[] {
  const ready = snapshots.filter(({ isReady }) => isReady);
  const volumes = Map.groupBy(ready, ({ namespace, pvc }) => `${namespace}/${pvc}`);
  return [...volumes.values()].flatMap((own) => {
    if (!own.every((snapshot) => isDue(snapshot, today))) return [];
    return own.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime()).slice(0, 1);
  });
}

function isDue({ deleteAfter, isHeld }: ManagedSnapshot, today: string): boolean {
  return deleteAfter !== undefined && !isHeld && isCalendarDate(deleteAfter) && deleteAfter < today;
}
