import type { RetentionDecision } from '../../../src/retention/retain/plan.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import { isReady, label } from '../../../src/snapshots/labels.ts';
import { Cluster, keyOf, type Fate, type LabelChanges, type Volume } from './history.ts';
import type { RetentionPolicy, Tier } from '../../../src/snapshots/tiers.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

/** The whole plan, or as much of it as a run that crashed carried out, in some order. */
export interface RetainRun {
  readonly policy: RetentionPolicy;
  /** Keys that the decisions are sorted by. */
  readonly order: readonly number[];
  readonly percent: number;
}

/** `which` counts the snapshots backwards from the last, and around. */
export type Event =
  | { readonly does: 'wait'; readonly hours: number }
  | { readonly does: 'back up'; readonly volume: Volume; readonly fate: Fate; readonly days?: number }
  | { readonly does: 'back up nightly'; readonly volume: Volume; readonly fates: readonly Fate[] }
  | { readonly does: 'put a foreign one'; readonly volume: Volume; readonly labels: Record<string, string> }
  | { readonly does: 'become ready'; readonly which: number }
  | { readonly does: 'label'; readonly which: number; readonly labels: LabelChanges }
  | {
      readonly does: 'label with a bucket';
      readonly which: number;
      readonly tier: Tier;
      readonly inDays: number;
    }
  | { readonly does: 'delete'; readonly which: number; readonly isAtOnce: boolean }
  | { readonly does: 'retain'; readonly run: RetainRun };

export interface History {
  readonly timeZone: string;
  readonly start: Date;
  /** Those that `create` is told to label. */
  readonly tiers: readonly Tier[];
  readonly events: readonly Event[];
}

/** The cluster as the history leaves it. */
export function play({ timeZone, start, tiers, events }: History): Cluster {
  const cluster = new Cluster(start, timeZone, tiers);
  for (const event of events) happen(cluster, event);
  return cluster;
}

function happen(cluster: Cluster, event: Event): void {
  switch (event.does) {
    case 'wait':
      return cluster.wait(event.hours);
    case 'back up': {
      const { volume, fate, days } = event;
      cluster.backUp(volume, fate, days);
      return;
    }
    case 'back up nightly':
      return backUpNightly(cluster, event.volume, event.fates);
    case 'put a foreign one':
      cluster.put(event.volume, event.labels, true);
      return;
    case 'retain':
      return retain(cluster, event.run);
    case 'become ready':
      return toOne(cluster, event.which, (key) => cluster.becomeReady(key), { unready: true });
    case 'label':
      return toOne(cluster, event.which, (key) => cluster.label(key, event.labels));
    case 'label with a bucket':
      return toOne(cluster, event.which, (key) => cluster.label(key, bucketLabel(cluster, event)));
    case 'delete':
      return toOne(cluster, event.which, (key) =>
        event.isAtOnce ? cluster.remove(key) : cluster.terminate(key),
      );
  }
}

function backUpNightly(cluster: Cluster, volume: Volume, fates: readonly Fate[]): void {
  for (const fate of fates) {
    cluster.backUp(volume, fate);
    cluster.wait(24);
  }
}

function toOne(
  { snapshots }: Cluster,
  which: number,
  change: (key: string) => void,
  { unready = false } = {},
): void {
  const candidates = unready ? snapshots.filter((snapshot) => !isReady(stored(snapshot))) : snapshots;
  const chosen = candidates.at(-1 - (which % Math.max(candidates.length, 1)));
  if (chosen) change(keyOf(chosen.metadata));
}

function bucketLabel(
  { now, timeZone }: Cluster,
  { tier, inDays }: { tier: Tier; inDays: number },
): LabelChanges {
  const day = new Date(now.getTime() + inDays * 24 * 60 * 60_000);
  return { [label[tier]]: bucketsOf(day, timeZone)[tier] };
}

export function retain(cluster: Cluster, { policy, order, percent }: RetainRun): void {
  const changes = sortedBy(cluster.plan(policy).filter(takesAny), order);
  cluster.apply(changes.slice(0, Math.ceil((changes.length * percent) / 100)));
}

export function takesAny({ tiers }: RetentionDecision): boolean {
  return tiers.some(({ keep }) => !keep);
}

/** In the order of the keys, which are used again and again when there are too few. */
export function sortedBy<T>(items: readonly T[], keys: readonly number[]): T[] {
  const keyAt = (index: number) => keys[index % keys.length] ?? 0;
  return items
    .map((item, index) => ({ item, key: keyAt(index) }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item);
}
