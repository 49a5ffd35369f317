import type { ManagedSnapshot } from '../../snapshots/managed.ts';

/** How long a snapshot that is not ready may still become so. */
export const readyGraceMilliseconds = 24 * 60 * 60_000;

/** How long one that was deleted may take to be gone. */
const goingGraceMilliseconds = 24 * 60 * 60_000;

export function mayBecomeReady({ isReady, createdAt }: ManagedSnapshot, now: Date): boolean {
  return !isReady && now.getTime() - createdAt < readyGraceMilliseconds;
}

/** Mostly it is a matter of seconds: what takes a day is held by something that a person has to look at. */
export function isStuck({ deletingSince }: ManagedSnapshot, now: Date): boolean {
  return deletingSince !== undefined && now.getTime() - deletingSince >= goingGraceMilliseconds;
}
