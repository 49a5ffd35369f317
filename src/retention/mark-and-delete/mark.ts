import { isCalendarDate } from '../../snapshots/buckets.ts';
import { type ManagedSnapshot, newestFirst } from '../../snapshots/managed.ts';
import { volumesOf } from '../../snapshots/volumes.ts';
import type { Claims } from '../retain/claims.ts';
import { mayBecomeReady } from '../retain/policy.ts';

/** Whether a snapshot in tiers gets the date after which it goes, and why. */
export interface MarkDecision {
  readonly snapshot: ManagedSnapshot;
  readonly mark: boolean;
  readonly reason: string;
}

/** The moment of a run, and its day, YYYY-MM-DD in the zone of the dates. */
export interface Today {
  readonly now: Date;
  readonly today: string;
}

/**
 * Of snapshots that are retained in tiers. The newest backup of a volume gets no date, whatever it stands for; nor do those of
 * a volume whose PVC is gone, where `claims` tell.
 */
export function planMarks(snapshots: readonly ManagedSnapshot[], at: Today, claims?: Claims): MarkDecision[] {
  return volumesOf(snapshots, claims?.uidOf).flatMap((volume) => {
    if (claims && !claims.has(volume)) {
      return volume.snapshots.map((snapshot) => ({ snapshot, mark: false, reason: 'its PVC is gone' }));
    }
    const newest = volume.snapshots
      .filter(({ isReady, deleteAfter }) => isReady && deleteAfter === undefined)
      .toSorted(newestFirst)[0];
    return volume.snapshots.map((snapshot) => ({
      snapshot,
      ...decideMark(snapshot, snapshot === newest, at),
    }));
  });
}

/** Of one snapshot. */
export function decideMark(
  snapshot: ManagedSnapshot,
  isNewest: boolean,
  { now, today }: Today,
): { mark: boolean; reason: string } {
  const { isHeld, deleteAfter, tiers, wasMarked, keepUntil, wasReady } = snapshot;
  if (isHeld) return { mark: false, reason: 'held by a user' };
  if (deleteAfter !== undefined) return { mark: false, reason: `has its date already: ${deleteAfter}` };
  if (tiers.size > 0) return { mark: false, reason: `stands for ${[...tiers.values()].join(', ')}` };
  if (wasMarked) return { mark: false, reason: 'a user has taken its date away, which is a hold' };
  if (mayBecomeReady(snapshot, now)) return { mark: false, reason: 'not ready yet, and less than a day old' };
  if (wasReady) return { mark: false, reason: 'not ready now, which does not say that it never was' };
  if (keepUntil !== undefined && !isCalendarDate(keepUntil)) {
    return { mark: false, reason: 'the day until which it is kept is not a date' };
  }
  if (keepUntil !== undefined && keepUntil >= today) {
    return { mark: false, reason: `made by a person, and kept until ${keepUntil}` };
  }
  if (isNewest) return { mark: false, reason: 'the newest backup of its volume' };
  return { mark: true, reason: 'no tier keeps it any more' };
}
