import { bucketsOf, calendarDate } from '../../snapshots/buckets.ts';
import type { SnapshotWords, StoredSnapshot } from '../../snapshots/stored.ts';
import { annotation, label, snapshotLabels } from '../../snapshots/labels.ts';
import { readSnapshot, type ManagedSnapshot } from '../../snapshots/managed.ts';
import { snapshotName } from '../../snapshots/name.ts';
import { takenTiers } from '../../snapshots/taken-tiers.ts';
import { tiers, type RetentionPolicy, type Tier } from '../../snapshots/tiers.ts';
import { planMarks } from '../mark-and-delete/mark.ts';
import { planRetention } from '../retain/plan.ts';
import { planSweep } from '../mark-and-delete/sweep.ts';
import type { Life } from './life.ts';

const pvc = 'data';

/** The snapshots of one volume in simulated time, changed by the very plans of `create`, `retain` and `mark-and-delete`. */
export class SimulatedVolume {
  readonly #timeZone: string;
  /** Those that `create` is told to label. */
  readonly #tiers: readonly Tier[];
  /** What there is, the oldest first. */
  readonly #objects = new Map<string, StoredSnapshot>();
  readonly #lives = new Map<string, Life>();
  /** Each object is read once: it is looked at in every run for years. */
  readonly #read = new WeakMap<StoredSnapshot, ManagedSnapshot>();

  constructor(timeZone: string, tiers: readonly Tier[]) {
    this.#timeZone = timeZone;
    this.#tiers = tiers;
  }

  /** Of all snapshots that there ever were, the oldest first. */
  get lives(): readonly Life[] {
    return [...this.#lives.values()];
  }

  /** Of those that there are, the oldest first. */
  get present(): readonly Life[] {
    return [...this.#objects.keys()].map((name) => found(this.#lives, name));
  }

  get count(): number {
    return this.#objects.size;
  }

  /** As `create` does it when it succeeds. */
  backUp(now: Date): void {
    const timeZone = this.#timeZone;
    const retain = { policy: 'daily_weekly_monthly', tiers: this.#tiers } as const;
    const buckets = bucketsOf(now, timeZone);
    const taken = takenTiers([this.#managed()], { dumps: 0, volumes: 1 }, buckets);
    const facts = { pvc, type: 'cronjob', pod: undefined, retain, now, timeZone, buckets };
    const labels = snapshotLabels({ ...facts, takenTiers: taken });
    // Where others have random characters it has its number, so that every simulation names it alike.
    const name = snapshotName(pvc, now, timeZone, String(this.#lives.size + 1).padStart(6, '0'));
    const given = tiers.filter((tier) => label[tier] in labels);
    this.#objects.set(name, readySnapshot(name, labels, now));
    this.#lives.set(name, { name, madeAt: now.getTime(), tiers: new Map(given.map((tier) => [tier, null])) });
  }

  /** As `retain` does it. */
  retain(policy: RetentionPolicy, now: Date): void {
    const plan = planRetention(this.#managed(), policy, now, this.#timeZone);
    for (const { snapshot, tiers: decisions } of plan) {
      const taken = decisions.filter(({ keep }) => !keep).map(({ tier }) => tier);
      if (taken.length === 0) continue;
      const ends = new Map<Tier, number | null>(found(this.#lives, snapshot.name).tiers);
      for (const tier of taken) ends.set(tier, now.getTime());
      const labels = Object.fromEntries(taken.map((tier) => [label[tier], undefined]));
      this.#change(snapshot.name, { labels }, { tiers: ends });
    }
  }

  /** As `mark-and-delete` does it: what a run marks goes in one of another day. */
  markAndDelete(now: Date): void {
    const snapshots = this.#managed();
    const today = calendarDate(now, this.#timeZone);
    const marks = planMarks(snapshots, { now, today }).filter(({ mark }) => mark);
    const due = planSweep(snapshots, { now, today }).filter(({ fate }) => fate === 'delete');
    const dated = {
      labels: { [label.deleteAfter]: today },
      annotations: { [annotation.markedAt]: now.toISOString() },
    };
    for (const { snapshot } of marks) this.#change(snapshot.name, dated, { deleteAfter: today });
    for (const { snapshot } of due) {
      this.#change(snapshot.name, {}, { deletedAt: now.getTime() });
      this.#objects.delete(snapshot.name);
    }
  }

  #managed(): ManagedSnapshot[] {
    return [...this.#objects.values()].map((object) => {
      const snapshot = this.#read.get(object) ?? readSnapshot(object, this.#timeZone);
      this.#read.set(object, snapshot);
      return snapshot;
    });
  }

  #change(name: string, { labels = {}, annotations = {} }: Changes, life: Partial<Life>): void {
    const { metadata, ...rest } = found(this.#objects, name);
    const changed = { ...metadata, labels: { ...metadata.labels }, annotations };
    for (const [key, value] of Object.entries(labels)) {
      if (value === undefined) delete changed.labels[key];
      else changed.labels[key] = value;
    }
    this.#objects.set(name, { ...rest, metadata: changed });
    this.#lives.set(name, { ...found(this.#lives, name), ...life });
  }
}

interface Changes {
  /** Undefined takes the label away. */
  readonly labels?: Readonly<Record<string, string | undefined>>;
  readonly annotations?: Record<string, string>;
}

function found<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`There is no snapshot '${name}'`);
  return value;
}

const words: SnapshotWords = {
  kind: 'Snapshot',
  resource: 'snapshot',
  group: 'Group',
  content: 'Content',
};

/** As a cluster has it when `create` has ended. */
function readySnapshot(name: string, labels: Record<string, string>, now: Date): StoredSnapshot {
  const creationTimestamp = `${now.toISOString().slice(0, 19)}Z`;
  return {
    words,
    metadata: {
      namespace: 'simulation',
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp,
      labels,
      annotations: {},
    },
    claim: pvc,
    isReadyToUse: true,
  };
}
