import { isBucket, type Buckets } from '../../snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { TierDecision } from './plan.ts';

/** Which of the backups, the newest first, never loses its last tier label, and why. One that has none keeps none. */
export function floorOf(
  backups: readonly ManagedSnapshot[],
  today: Buckets,
): ReadonlyMap<ManagedSnapshot, string> {
  const labelled = backups.filter((backup) => hasBucket(backup, today));
  const floor = new Map<ManagedSnapshot, string>();
  const verified = labelled.find((snapshot) => snapshot.verified !== undefined);
  if (verified) floor.set(verified, 'the newest labelled backup of its volume that a drill has restored');
  const [newest] = labelled;
  if (newest) floor.set(newest, 'the newest labelled backup of its volume');
  return floor;
}

/** Keeps the label of the longest tier when all would go; one that is not a bucket does not count. */
export function withFloor(
  decisions: readonly TierDecision[],
  reason: string | undefined,
  today: Buckets,
): readonly TierDecision[] {
  const judged = decisions.filter(({ tier, bucket }) => isBucket(tier, bucket, today));
  const longest = judged.at(-1);
  if (reason === undefined || judged.some(({ keep }) => keep)) return decisions;
  return decisions.map((decision) => (decision === longest ? { ...decision, keep: true, reason } : decision));
}

function hasBucket(snapshot: ManagedSnapshot, buckets: Buckets): boolean {
  return [...snapshot.tiers].some(([tier, bucket]) => isBucket(tier, bucket, buckets));
}
