import type { Tier } from '../snapshots/labels.ts';
import type { ManagedSnapshot } from '../snapshots/managed.ts';

/** How many buckets of each tier are kept, the newest first. */
export type RetentionPolicy = Readonly<Record<Tier, number>>;

/** How long a snapshot that is not ready may still become so. */
export const readyGraceMilliseconds = 24 * 60 * 60_000;

export function mayBecomeReady({ isReady, createdAt }: ManagedSnapshot, now: Date): boolean {
  return !isReady && now.getTime() - createdAt.getTime() < readyGraceMilliseconds;
}
