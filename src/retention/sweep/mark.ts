import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import { mayBecomeReady } from '../plan/policy.ts';

/** Whether a snapshot in tiers gets the date after which it goes, and why. */
export interface MarkDecision {
  readonly snapshot: ManagedSnapshot;
  readonly mark: boolean;
  readonly reason: string;
}

/** Of snapshots that are retained in tiers. */
export function planMarks(snapshots: readonly ManagedSnapshot[], now: Date): MarkDecision[] {
  return snapshots.map((snapshot) => ({ snapshot, ...decide(snapshot, now) }));
}

function decide(snapshot: ManagedSnapshot, now: Date): { mark: boolean; reason: string } {
  const { isHeld, deleteAfter, tiers, wasMarked } = snapshot;
  if (isHeld) return { mark: false, reason: 'held by a user' };
  if (deleteAfter !== undefined) return { mark: false, reason: `has its date already: ${deleteAfter}` };
  if (tiers.size > 0) return { mark: false, reason: `stands for ${[...tiers.values()].join(', ')}` };
  if (wasMarked) return { mark: false, reason: 'a user has taken its date away, which is a hold' };
  if (mayBecomeReady(snapshot, now)) return { mark: false, reason: 'not ready yet, and less than a day old' };
  return { mark: true, reason: 'no tier keeps it any more' };
}
