import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../src/kube/object.ts';
import { bucketsOf } from '../../src/snapshots/buckets.ts';
import { volumeSnapshotManifest } from '../../src/snapshots/csi/volume-snapshot.ts';
import { snapshotLabels } from '../../src/snapshots/labels.ts';
import { snapshotName } from '../../src/snapshots/name.ts';
import { ordinaryTiers, tiers, type Tier } from '../../src/snapshots/tiers.ts';

const timeZone = 'UTC';
const dayMs = 24 * 60 * 60_000;
const finalizers = ['as-source', 'bound'].map(
  (why) => `snapshot.storage.kubernetes.io/volumesnapshot-${why}-protection`,
);

/** Ready snapshots of a volume, one of each night until this one, with the labels that `create` gives them. */
export function nightlySnapshots(namespace: string, pvc: string, nights: number, last: Date): KubeObject[] {
  const seen = new Set<string>();
  return Array.from({ length: nights }, (_, index) => {
    const now = new Date(last.getTime() - (nights - 1 - index) * dayMs);
    const buckets = bucketsOf(now, timeZone);
    const takenTiers = new Set<Tier>(tiers.filter((tier) => seen.has(buckets[tier])));
    for (const tier of tiers) seen.add(buckets[tier]);
    const facts = {
      pvc,
      type: 'cronjob',
      pod: undefined,
      retain: { policy: 'daily_weekly_monthly', tiers: ordinaryTiers } as const,
    };
    const labels = snapshotLabels({ ...facts, now, timeZone, buckets, takenTiers });
    const name = snapshotName(pvc, now, timeZone, String(index).padStart(6, '0'));
    return ready(
      volumeSnapshotManifest({ namespace, name, pvc, className: 'folders', labels, annotations: {} }),
      now,
    );
  });
}

/** As a cluster has it in the end. */
function ready({ metadata, ...rest }: KubeObject, now: Date): KubeObject {
  const uid = randomUUID();
  const creationTimestamp = `${now.toISOString().slice(0, 19)}Z`;
  const status = {
    boundVolumeSnapshotContentName: `snapcontent-${uid}`,
    readyToUse: true,
    creationTime: creationTimestamp,
  };
  return { ...rest, metadata: { ...metadata, uid, creationTimestamp, generation: 1, finalizers }, status };
}
