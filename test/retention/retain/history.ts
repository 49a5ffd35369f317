import type { KubeObject } from '../../../src/kube/object.ts';
import { planRetention, type RetentionDecision } from '../../../src/retention/retain/plan.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import { annotation, label, pvcLabelValue, snapshotLabels } from '../../../src/snapshots/labels.ts';
import { readSnapshot, tieredSnapshot, type ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { takenTiers } from '../../../src/snapshots/taken-tiers.ts';
import {
  ordinaryTiers,
  tiers,
  type RetainPolicy,
  type RetentionPolicy,
  type Tier,
} from '../../../src/snapshots/tiers.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

export interface Volume {
  readonly namespace: string;
  readonly pvc: string;
}

/** What came of a backup: `failed` gave up its tier labels, `killed` never came to that. */
export type Fate = 'ready' | 'failed' | 'killed';

/** Undefined takes the label away. */
export type LabelChanges = Readonly<Record<string, string | undefined>>;

const hour = 60 * 60_000;

/** The snapshots of a cluster in simulated time, changed as `create`, `retain`, a snapshotter and users change them. */
export class Cluster {
  now: Date;
  readonly timeZone: string;
  /** Those that `create` is told to label. */
  readonly tiers: readonly Tier[];
  readonly #snapshots = new Map<string, KubeObject>();
  #serial = 0;

  constructor(now: Date, timeZone: string, tiers = ordinaryTiers) {
    this.now = now;
    this.timeZone = timeZone;
    this.tiers = tiers;
  }

  /** The same objects, from here on changed apart. */
  copy(): Cluster {
    const copy = new Cluster(this.now, this.timeZone, this.tiers);
    for (const [key, snapshot] of this.#snapshots) copy.#snapshots.set(key, snapshot);
    return copy;
  }

  get snapshots(): KubeObject[] {
    return [...this.#snapshots.values()];
  }

  get managed(): ManagedSnapshot[] {
    return this.snapshots.flatMap((snapshot) => tieredSnapshot(stored(snapshot), this.timeZone) ?? []);
  }

  wait(hours: number): void {
    this.now = new Date(this.now.getTime() + hours * hour);
  }

  /** Gives the labels that `create` gives. */
  backUp(volume: Volume, fate: Fate = 'ready', days?: number): string {
    const { now, timeZone, tiers } = this;
    const retain: RetainPolicy =
      days === undefined ? { policy: 'daily_weekly_monthly', tiers } : { policy: 'days', days };
    const buckets = bucketsOf(now, timeZone);
    const pvc = pvcLabelValue(volume.pvc);
    const others = this.snapshots
      .filter(
        ({ metadata }) => metadata.namespace === volume.namespace && metadata.labels?.[label.pvc] === pvc,
      )
      .map((object) => readSnapshot(stored(object), timeZone));
    const taken = takenTiers([others], { dumps: 0, volumes: 1 }, buckets);
    const facts = { ...volume, type: 'cronjob', pod: undefined, retain, now, timeZone, buckets };
    const key = this.put(volume, snapshotLabels({ ...facts, takenTiers: taken }), fate === 'ready');
    if (fate === 'failed') this.label(key, noTier);
    return key;
  }

  put({ namespace, pvc }: Volume, labels: Record<string, string>, readyToUse: boolean): string {
    this.#serial += 1;
    // A name does not sort as time does.
    const name = `${pvc}-${String((this.#serial * 61) % 1000).padStart(3, '0')}`;
    const key = `${namespace}/${name}`;
    const creationTimestamp = `${this.now.toISOString().slice(0, 19)}Z`;
    this.#snapshots.set(key, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { namespace, name, uid: `uid-${key}`, resourceVersion: '1', creationTimestamp, labels },
      spec: { source: { persistentVolumeClaimName: pvc } },
      status: { readyToUse },
    });
    return key;
  }

  becomeReady(key: string): void {
    this.#change(key, { status: { readyToUse: true } });
  }

  label(key: string, changes: LabelChanges): void {
    const { metadata } = this.#get(key);
    const entries = Object.entries({ ...metadata.labels, ...changes });
    const labels = Object.fromEntries(
      entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    this.#change(key, { metadata: { ...metadata, labels } });
  }

  /** As `mark-and-delete` does. */
  mark(key: string, today: string): void {
    this.label(key, { [label.deleteAfter]: today });
    const { metadata } = this.#get(key);
    const annotations = { ...metadata.annotations, [annotation.markedAt]: this.now.toISOString() };
    this.#change(key, { metadata: { ...metadata, annotations } });
  }

  /** Deletes it as far as its finalizers let it go. */
  terminate(key: string): void {
    const { metadata } = this.#get(key);
    this.#change(key, { metadata: { ...metadata, deletionTimestamp: this.now.toISOString() } });
  }

  remove(key: string): void {
    this.#snapshots.delete(key);
  }

  plan(policy: RetentionPolicy): RetentionDecision[] {
    return planRetention(this.managed, policy, this.now, this.timeZone);
  }

  /** As the executor does: one patch for each snapshot that changes. */
  apply(decisions: readonly RetentionDecision[]): void {
    for (const { snapshot, tiers } of decisions) {
      const taken = tiers.filter(({ keep }) => !keep).map(({ tier }) => [label[tier], undefined]);
      if (taken.length > 0) this.label(keyOf(snapshot), Object.fromEntries(taken));
    }
  }

  #get(key: string): KubeObject {
    const snapshot = this.#snapshots.get(key);
    if (!snapshot) throw new Error(`There is no snapshot '${key}'`);
    return snapshot;
  }

  #change(key: string, fields: Partial<KubeObject>): void {
    this.#snapshots.set(key, { ...this.#get(key), ...fields });
  }
}

const noTier: LabelChanges = Object.fromEntries(tiers.map((tier) => [label[tier], undefined]));

export function keyOf({ namespace, name }: { namespace?: string; name?: string }): string {
  return `${namespace}/${name}`;
}
