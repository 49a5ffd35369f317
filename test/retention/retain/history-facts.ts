import type { RetentionDecision } from '../../../src/retention/retain/plan.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import { bucketIn, isReady, label } from '../../../src/snapshots/labels.ts';
import { mistyped } from './history-arbitraries.ts';
import { keyOf, type Cluster } from './history.ts';
import { tiers, type Tier } from '../../../src/snapshots/tiers.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

/** What the labels of a snapshot mean, read apart from the code under test. */
export interface Fact {
  readonly key: string;
  readonly volume: string;
  /** Whole seconds since 1970. */
  readonly madeAt: number;
  readonly isTiered: boolean;
  readonly isReady: boolean;
  readonly isHeld: boolean;
  readonly isMarked: boolean;
  readonly isVerified: boolean;
  /** Of tiers, as they are. */
  readonly labels: ReadonlyMap<Tier, string>;
  /** Those labels that are buckets until today. */
  readonly buckets: ReadonlyMap<Tier, string>;
}

/** The newest first. */
export function factsOf(cluster: Cluster): Fact[] {
  const { snapshots, timeZone, now } = cluster;
  const today = bucketsOf(now, timeZone);
  const facts = snapshots.map((snapshot): Fact => {
    const { metadata, spec } = snapshot;
    const { labels = {}, namespace } = metadata;
    const { source } = spec as { source: { persistentVolumeClaimName: string } };
    const given = tiers.flatMap((tier) => {
      const value = bucketIn(snapshot, tier, timeZone);
      return value === undefined ? [] : [[tier, value] as const];
    });
    return {
      key: keyOf(metadata),
      volume: `${namespace}/${labels[label.pvc] ?? source.persistentVolumeClaimName}`,
      madeAt: Date.parse(metadata.creationTimestamp ?? '') / 1000,
      isTiered: labels[label.retain] === 'daily_weekly_monthly' && !metadata.deletionTimestamp,
      isReady: isReady(stored(snapshot)),
      isHeld: (labels[label.hold] ?? 'false') !== 'false',
      isMarked: label.deleteAfter in labels,
      isVerified: label.verified in labels,
      labels: new Map(given),
      buckets: new Map(given.filter(([tier, value]) => counts(value, today[tier]))),
    };
  });
  return facts.toSorted((one, other) => other.madeAt - one.madeAt || (one.key < other.key ? 1 : -1));
}

/** Whether a label is of a bucket until today: those that were given are, and people mistype as they do here. */
function counts(value: string, today: string): boolean {
  const isWritten = /^\d{4}(?:-|$)/.test(value) && !mistyped.includes(value);
  return isWritten && !(value.endsWith('-w53') && !hasWeek53(Number(value.slice(0, 4)))) && value <= today;
}

/** A year with 53 Thursdays begins or ends with one. */
function hasWeek53(year: number): boolean {
  const thursday = 4;
  return [Date.UTC(year, 0, 1), Date.UTC(year, 11, 31)].some((day) => new Date(day).getUTCDay() === thursday);
}

/** Those that can stand for a bucket, of each volume. */
export function backupsByVolume(cluster: Cluster): Fact[][] {
  const backups = factsOf(cluster).filter(
    ({ isTiered, isReady, isMarked }) => isTiered && isReady && !isMarked,
  );
  return [...Map.groupBy(backups, ({ volume }) => volume).values()];
}

/** The newest buckets of a tier that the backups have. */
export function windowOf(backups: readonly Fact[], tier: Tier, count: number): string[] {
  const buckets = new Set(backups.flatMap((backup) => backup.buckets.get(tier) ?? []));
  return [...buckets].toSorted().toReversed().slice(0, count);
}

/** `<namespace>/<name> <tier>` of every label that is to go, sorted. */
export function takenBy(plan: readonly RetentionDecision[]): string[] {
  const labels = plan.flatMap(({ snapshot, tiers }) =>
    tiers.filter(({ keep }) => !keep).map(({ tier }) => `${keyOf(snapshot)} ${tier}`),
  );
  return labels.toSorted();
}

/** The labels of every snapshot. */
export function labelsIn({ snapshots }: Cluster): Record<string, Record<string, string>> {
  return Object.fromEntries(snapshots.map(({ metadata }) => [keyOf(metadata), { ...metadata.labels }]));
}
