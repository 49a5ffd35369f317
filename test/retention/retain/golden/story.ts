import { label } from '../../../../src/snapshots/labels.ts';
import { Cluster, keyOf, type Fate, type Volume } from '../history.ts';
import { tiers, type RetentionPolicy, type Tier } from '../../../../src/snapshots/tiers.ts';

/** A past that ends with a plan of `retain`; its page lies beside this file. */
export interface Story {
  readonly title: string;
  /** What the page shows. */
  readonly says: string;
  readonly policy: RetentionPolicy;
  readonly timeZone?: string;
  /** Those that `create` is told to label, when they are not the ordinary ones. */
  readonly tiers?: readonly Tier[];
  readonly tell: (cluster: Cluster) => void;
}

export const data: Volume = { namespace: 'shop', pvc: 'data' };

export function keep(
  daily: number,
  weekly: number,
  monthly: number,
  more: Partial<RetentionPolicy> = {},
): RetentionPolicy {
  return { last: 0, hourly: 0, daily, weekly, monthly, yearly: 0, ...more };
}

export function beginning(story: Story): Cluster {
  return new Cluster(new Date('2026-11-20T02:00:00Z'), story.timeZone ?? 'UTC', story.tiers);
}

/** `time` is of UTC, such as `2026-11-20 02:00`. */
export function at(cluster: Cluster, time: string): void {
  cluster.now = new Date(`${time.replace(' ', 'T')}Z`);
}

export function backUpAt(cluster: Cluster, time: string, fate: Fate = 'ready', volume = data): string {
  at(cluster, time);
  return cluster.backUp(volume, fate);
}

export interface Pace {
  readonly everyDays?: number;
  /** Instead of days. */
  readonly everyHours?: number;
  readonly volume?: Volume;
  /** Runs after each of them. */
  readonly after?: () => void;
}

/** Backups from `time` on, each the same hour some days later; it is the last one's time when they are made. */
export function backUps(
  cluster: Cluster,
  time: string,
  count: number,
  { everyDays = 1, everyHours = 24 * everyDays, volume = data, after }: Pace = {},
): string[] {
  at(cluster, time);
  return Array.from({ length: count }, (_, index) => {
    if (index > 0) cluster.wait(everyHours);
    const key = cluster.backUp(volume);
    after?.();
    return key;
  });
}

/** A snapshot with just these labels of tiers, whoever gave them. */
export function labelled(cluster: Cluster, time: string, buckets: Partial<Record<Tier, string>>): string {
  const key = backUpAt(cluster, time);
  cluster.label(key, Object.fromEntries(tiers.map((tier) => [label[tier], buckets[tier]])));
  return key;
}

/** What a night of `retain` and `mark-and-delete` leaves, days later. */
export function retainAndSweep(cluster: Cluster, policy: RetentionPolicy): void {
  cluster.apply(cluster.plan(policy));
  const bare = cluster.managed.filter(({ tiers }) => tiers.size === 0);
  for (const snapshot of bare) cluster.remove(keyOf(snapshot));
}
