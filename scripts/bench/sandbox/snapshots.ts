import { createHash, randomUUID } from 'node:crypto';
import type { KubeObject } from '../../../src/kube/object.ts';
import { bucketsOf, type Buckets } from '../../../src/snapshots/buckets.ts';
import { volumeSnapshotManifest } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { annotation, label, snapshotLabels } from '../../../src/snapshots/labels.ts';
import { snapshotName } from '../../../src/snapshots/name.ts';
import { systemRandom } from '../../../src/core/system.ts';
import { className, envConfig, pvc, timeZone } from './settings.ts';
import { ordinaryTiers, tiers, type RetainPolicy, type Tier } from '../../../src/snapshots/tiers.ts';

/** Milliseconds since 1970: of the newest snapshots. */
export const lastBackup = Date.parse('2026-11-21T13:32:18Z');
const dayMs = 24 * 60 * 60_000;
const policies: readonly RetainPolicy[] = [
  { policy: 'days', days: 30 },
  { policy: 'daily_weekly_monthly', tiers: ordinaryTiers },
];

/** What half of the snapshots match. */
export const halfSelector = `${label.retain}=days`;

/** VolumeSnapshots as `create` makes them, one a day in every namespace; half of them are kept for 30 days. */
export function* manifests(count: number, namespaces: readonly string[]): Generator<KubeObject> {
  for (let day = 0; ; day++) {
    const now = new Date(lastBackup - day * dayMs);
    // Dates are dear: all of a day have the same.
    const labels = policies.map((retain) => labelsAt(now, retain));
    for (const [index, namespace] of namespaces.entries()) {
      if (day * namespaces.length + index >= count) return;
      yield manifest(namespace, now, labels[(day + index) % labels.length] ?? {});
    }
  }
}

/**
 * VolumeSnapshots of this many days of every namespace, the newest of the last backup, in tiers as `create` labels them:
 * the first of a week or a month stands for that, too.
 */
export function* nightlyManifests(days: number, namespaces: readonly string[]): Generator<KubeObject> {
  let before: Buckets | undefined;
  for (let day = days - 1; day >= 0; day--) {
    const now = new Date(lastBackup - day * dayMs);
    const buckets = bucketsOf(now, timeZone);
    const taken = new Set(tiers.filter((tier) => before?.[tier] === buckets[tier]));
    const labels = labelsAt(now, { policy: 'daily_weekly_monthly', tiers: ordinaryTiers }, taken);
    for (const namespace of namespaces) yield manifest(namespace, now, labels);
    before = buckets;
  }
}

/** The same, as a cluster has them once they are ready. */
export function* ready(snapshots: Iterable<KubeObject>): Generator<KubeObject> {
  for (const { metadata, ...rest } of snapshots) {
    const [dump] = JSON.parse(metadata.annotations?.[annotation.dump] ?? '') as [{ completedAt: string }];
    const creationTime = `${dump.completedAt.slice(0, 19)}Z`;
    const uid = randomUUID();
    const status = { boundVolumeSnapshotContentName: `snapcontent-${uid}`, readyToUse: true, creationTime };
    yield {
      ...rest,
      metadata: { ...metadata, uid, creationTimestamp: creationTime, generation: 1, finalizers },
      status: { ...status, restoreSize: '20Gi' },
    };
  }
}

const finalizers = ['as-source', 'bound'].map(
  (why) => `snapshot.storage.kubernetes.io/volumesnapshot-${why}-protection`,
);

function labelsAt(
  now: Date,
  retain: RetainPolicy,
  takenTiers: ReadonlySet<Tier> = new Set(),
): Record<string, string> {
  const facts = { pvc, type: 'cronjob', pod: '', now, timeZone, buckets: bucketsOf(now, timeZone) };
  return snapshotLabels({ ...facts, retain, takenTiers });
}

function manifest(namespace: string, now: Date, labels: Readonly<Record<string, string>>): KubeObject {
  const pod = `backup-shop-data-${Math.floor(now.getTime() / 60_000)}-${systemRandom.id(5)}`;
  return volumeSnapshotManifest({
    namespace,
    name: snapshotName(pvc, now, timeZone, systemRandom.id(6)),
    pvc,
    className,
    labels: { ...labels, [label.pod]: pod },
    annotations: {
      [annotation.envConfig]: envConfig(namespace, pod, labels[label.retain] ?? ''),
      [annotation.timeZone]: timeZone,
      [annotation.dump]: JSON.stringify([dumpAt(now, pod)]),
    },
  });
}

function dumpAt(now: Date, pod: string) {
  return {
    engine: 'postgres',
    version: '15.10 (Debian 15.10-0+deb12u1)',
    database: 'shop_production',
    path: '/bitnami/postgresql/data/backup-ns/shop-production/shop_production_dump.sql.gz',
    bytes: 1_843_200_517,
    sha256: createHash('sha256').update(pod).digest('hex'),
    startedAt: now.toISOString(),
    completedAt: new Date(now.getTime() + 61_000).toISOString(),
  };
}
