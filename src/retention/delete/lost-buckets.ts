import { bucketsOf } from '../../snapshots/buckets.ts';
import { type ManagedSnapshot, newestFirst } from '../../snapshots/managed.ts';
import { volumesOf } from '../../snapshots/volumes.ts';
import type { Tier } from '../../snapshots/tiers.ts';

/** A day, a week or another bucket of a volume that nothing stands for any more once a snapshot is deleted. */
export interface LostBucket {
  readonly tier: Tier;
  readonly bucket: string;
  /** A backup of the same time that stays, and can take the label; undefined when there is none. */
  readonly neighbour: string | undefined;
}

/** Of each of those that go, the buckets that lose their only backup. The zone is that of the dates. */
export function lostBuckets(
  snapshots: readonly ManagedSnapshot[],
  going: ReadonlySet<ManagedSnapshot>,
  timeZone: string,
): Map<ManagedSnapshot, readonly LostBucket[]> {
  const lost = new Map<ManagedSnapshot, readonly LostBucket[]>();
  for (const volume of volumesOf(snapshots)) {
    const leaving = volume.snapshots.filter((one) => going.has(one));
    if (leaving.length === 0) continue;
    const staying = volume.snapshots.filter((one) => isBackup(one) && !going.has(one)).toSorted(newestFirst);
    for (const snapshot of leaving) lost.set(snapshot, isBackup(snapshot) ? lostOf(snapshot, staying) : []);
  }
  return lost;

  function lostOf(snapshot: ManagedSnapshot, staying: readonly ManagedSnapshot[]): LostBucket[] {
    return [...snapshot.tiers].flatMap(([tier, bucket]) => {
      if (staying.some((one) => one.tiers.get(tier) === bucket)) return [];
      const neighbour = staying.find((one) => bucketsOf(new Date(one.createdAt), timeZone)[tier] === bucket);
      return [{ tier, bucket, neighbour: neighbour?.name }];
    });
  }
}

/** Whether it stands for its buckets; what is to go already does not. */
function isBackup({ isReady, retain, deleteAfter }: ManagedSnapshot): boolean {
  return isReady && retain === 'daily_weekly_monthly' && deleteAfter === undefined;
}
