import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSync, snapshotMetadata } from '../../src/orphans/plan-sync.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { policiesOf } from '../../src/retention/retain/policies.ts';
import { Claims } from '../../src/retention/retain/claims.ts';
import { planVolumes } from '../../src/retention/retain/plan-volumes.ts';
import { unitsOf } from '../../src/retention/mark-and-delete/groups.ts';
import { planMarks } from '../../src/retention/mark-and-delete/mark.ts';
import { planSweep } from '../../src/retention/mark-and-delete/sweep.ts';
import { calendarDate } from '../../src/snapshots/buckets.ts';
import type { VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { readSnapshot, type ManagedSnapshot } from '../../src/snapshots/managed.ts';
import { SharedValues } from '../../src/snapshots/shared-values.ts';
import type { RetentionPolicy } from '../../src/snapshots/tiers.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import { history, policy } from '../retention/retain/history-arbitraries.ts';
import { play, type History } from '../retention/retain/history-events.ts';
import { hostileText } from './hostile-texts.ts';
import { size } from './size.ts';
import { slotsOf, withValue } from './slots.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const honest = 'shop';
const hour = 60 * 60_000;

interface Override {
  readonly namespace: string;
  readonly pvc: string | undefined;
  readonly text: string;
}

/** What an account of the cluster sees: all namespaces at once. */
interface Cluster {
  readonly now: Date;
  readonly timeZone: string;
  readonly policy: RetentionPolicy;
  readonly objects: readonly KubeObject[];
  readonly overrides: readonly Override[];
}

/** What a hostile tenant writes: copies of what the honest one has, in its own namespace, with whatever it likes on them. */
interface Hostility {
  readonly which: number;
  readonly namespace: string;
  readonly changes: readonly {
    readonly slot: (typeof slotsOf.volumesnapshots)[number];
    readonly text: string;
  }[];
}

const hostility: fc.Arbitrary<Hostility> = fc.record({
  which: fc.nat(),
  // Before and after the honest one, and a name that begins as its does.
  namespace: fc.constantFrom('evil', 'zoo', 'shop-2', 'sho'),
  changes: fc.array(fc.record({ slot: fc.constantFrom(...slotsOf.volumesnapshots), text: hostileText }), {
    maxLength: 5,
  }),
});
const hostilities = fc.array(hostility, { minLength: 1, maxLength: 12 });
const override: fc.Arbitrary<Override> = fc.record({
  namespace: fc.constantFrom('evil', 'zoo'),
  pvc: fc.option(fc.constantFrom('data', 'logs', 'shop/data', '../shop/data'), { nil: undefined }),
  text: hostileText,
});
const mixing = fc.array(fc.nat(99), { minLength: 1, maxLength: 9 });

function written(objects: readonly KubeObject[], all: readonly Hostility[]): KubeObject[] {
  return all.flatMap(({ which, namespace, changes }, index) => {
    const original = objects[which % objects.length];
    if (!original) return [];
    const name = index % 2 === 0 ? original.metadata.name : `bait-${index}`;
    // Its uid is the one thing that the tenant does not choose.
    let bait: KubeObject = {
      ...original,
      metadata: { ...original.metadata, namespace, name, uid: `evil-${index}` },
    } as KubeObject;
    for (const { slot, text } of changes) bait = withValue(bait, slot, text);
    return [bait];
  });
}

/** The same objects, in an order that the keys say. */
function mixed(objects: readonly KubeObject[], keys: readonly number[]): KubeObject[] {
  const keyAt = (index: number) => keys[index % keys.length] ?? 0;
  return objects
    .map((object, index) => ({ object, key: keyAt(index) }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ object }) => object);
}

function read({ objects, timeZone }: Cluster): ManagedSnapshot[] {
  const share = new SharedValues();
  return objects.map((object) => readSnapshot(stored(object), timeZone, share));
}

/** The PVC of each volume is there. */
function claimsOf(all: readonly ManagedSnapshot[]): Claims {
  return new Claims(
    all.map(({ namespace, pvc, pvcUid = 'uid' }) => ({ namespace, pvc, uid: pvcUid, madeAt: 0 })),
  );
}

/** What the three commands of a night have planned for the honest tenant, in its order. */
function plans(cluster: Cluster) {
  const { now, timeZone, policy, overrides } = cluster;
  const all = read(cluster);
  const tiered = all.filter(({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting);
  const { changes, refused } = planVolumes(
    tiered,
    policiesOf(policy, overrides),
    claimsOf(all),
    now,
    timeZone,
  );
  const today = calendarDate(now, timeZone);
  const swept = planSweep(all, { now, today });
  const due = swept.filter(({ fate }) => fate === 'delete');
  return {
    changes: changes.filter(isHonest),
    refused: refused.filter(({ namespace }) => namespace === honest),
    marks: planMarks(tiered, { now, today }).filter(isHonest),
    swept: swept.filter(isHonest),
    units: unitsOf(due).filter((unit) => unit.some(isHonest)),
  };
}

function isHonest({ snapshot: { namespace } }: { readonly snapshot: ManagedSnapshot }): boolean {
  return namespace === honest;
}

/** Carries out what was planned for everybody, and goes on to the next night. */
function night(cluster: Cluster): Cluster {
  const { now, timeZone, policy, overrides } = cluster;
  const all = read(cluster);
  const keyOf = ({ namespace, name }: { namespace?: string; name?: string }) => `${namespace}/${name}`;
  const tiered = all.filter(({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting);
  const lost = new Map(
    planVolumes(tiered, policiesOf(policy, overrides), claimsOf(all), now, timeZone).changes.map(
      ({ snapshot, tiers }) => [
        keyOf(snapshot),
        tiers.filter(({ keep }) => !keep).map(({ tier }) => label[tier] as string),
      ],
    ),
  );
  const today = calendarDate(now, timeZone);
  const marked = new Set(
    planMarks(tiered, { now, today })
      .filter(({ mark }) => mark)
      .map(({ snapshot }) => keyOf(snapshot)),
  );
  const deleted = new Set(
    planSweep(all, { now, today })
      .filter(({ fate }) => fate === 'delete')
      .map(({ snapshot }) => keyOf(snapshot)),
  );
  const objects = cluster.objects
    .filter(({ metadata }) => !deleted.has(keyOf(metadata)))
    .map((object) => {
      const key = keyOf(object.metadata);
      const labels = Object.entries(object.metadata.labels ?? {}).filter(
        ([name]) => !lost.get(key)?.includes(name),
      );
      const mark = marked.has(key) ? { [label.deleteAfter]: today } : {};
      const note = marked.has(key) ? { [annotation.markedAt]: now.toISOString() } : {};
      const annotations = { ...object.metadata.annotations, ...note };
      return {
        ...object,
        metadata: { ...object.metadata, labels: { ...Object.fromEntries(labels), ...mark }, annotations },
      };
    });
  return { ...cluster, now: new Date(now.getTime() + 25 * hour), objects };
}

interface World {
  readonly history: History;
  readonly policy: RetentionPolicy;
  readonly hostilities: readonly Hostility[];
  readonly overrides: readonly Override[];
  readonly mixing: readonly number[];
}

const world: fc.Arbitrary<World> = fc.record({
  history,
  policy,
  hostilities,
  overrides: fc.array(override, { maxLength: 4 }),
  mixing,
});

/** The cluster of the honest tenant alone, and the one that it shares. */
function worlds({ history: past, policy: kept, hostilities: all, overrides, mixing: keys }: World) {
  const { now, timeZone, snapshots } = play(past);
  const own = snapshots.filter(({ metadata }) => metadata.namespace === honest);
  const alone: Cluster = { now, timeZone, policy: kept, objects: own, overrides: [] };
  const shared: Cluster = { ...alone, objects: mixed([...own, ...written(own, all)], keys), overrides };
  return { alone, shared };
}

const parameters = { numRuns: Math.ceil(size.runs / 2), seed: size.seed };

describe(`two tenants and an admin (seed ${size.seed})`, { timeout: size.timeout }, () => {
  it('whatever one writes, what is planned for the other is what would be planned without it', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { alone, shared } = worlds(given);
        const [with_, without] = [plans(shared), plans(alone)];
        expect(byName(with_.changes)).toEqual(byName(without.changes));
        expect(byName(with_.marks)).toEqual(byName(without.marks));
        expect(byName(with_.swept)).toEqual(byName(without.swept));
        expect(with_.refused).toEqual(without.refused);
        // What is deleted together is all its own.
        expect(with_.units.map((unit) => unit.every(isHonest))).toEqual(with_.units.map(() => true));
        expect(with_.units.length).toBe(without.units.length);
      }),
      parameters,
    );
  });

  it('whatever one writes, the other has after many nights what it would have without it', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 5 }), (given, nights) => {
        let { alone, shared } = worlds(given);
        for (let turn = 0; turn < nights; turn++) [alone, shared] = [night(alone), night(shared)];
        expect(ofHonest(shared)).toEqual(ofHonest(alone));
      }),
      parameters,
    );
  });

  it('what one writes is never told to the content of the other', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { alone, shared } = worlds(given);
        const contents = alone.objects.map(({ metadata: { namespace = '', name = '', uid = '' } }) =>
          contentFor(namespace, name, uid),
        );
        const baits = shared.objects.filter(({ metadata }) => metadata.namespace !== honest);
        for (const [index, bait] of baits.entries()) {
          const content = contents[index % contents.length];
          const status = { readyToUse: true, boundVolumeSnapshotContentName: content?.metadata.name };
          const told = snapshotMetadata(stored({ ...bait, status }));
          expect(told && content && planSync(told, content)).toBeUndefined();
        }
      }),
      parameters,
    );
  });
});

function contentFor(namespace: string, name: string, uid: string): VolumeSnapshotContent {
  const spec = { driver, deletionPolicy: 'Retain', volumeSnapshotRef: { namespace, name, uid } };
  const metadata = { name: `content-of-${name}`, uid: `uid-of-content-${name}`, resourceVersion: '1' };
  return { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata, spec };
}

/** The order of a list is nobody's promise. */
function byName<T extends { readonly snapshot: ManagedSnapshot }>(decisions: readonly T[]): readonly T[] {
  return decisions.toSorted((one, other) => (one.snapshot.name < other.snapshot.name ? -1 : 1));
}

function ofHonest({ objects }: Cluster): KubeObject[] {
  return objects
    .filter(({ metadata }) => metadata.namespace === honest)
    .toSorted((one, other) => ((one.metadata.name ?? '') < (other.metadata.name ?? '') ? -1 : 1));
}
