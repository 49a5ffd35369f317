import type { ManagedSnapshot } from '../../snapshots/managed.ts';

/** How long a snapshot that is not ready may still become so. */
export const readyGraceMilliseconds = 24 * 60 * 60_000;

export function mayBecomeReady({ isReady, createdAt }: ManagedSnapshot, now: Date): boolean {
  return !isReady && now.getTime() - createdAt < readyGraceMilliseconds;
}
