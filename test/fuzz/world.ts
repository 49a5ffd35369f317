import * as fc from 'fast-check';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../src/kube/object.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import type { Definition } from '../../scripts/sandbox/objects/definition.ts';
import { claims, contents, groups, namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { honest, hostileText, hostileTexts, largeTexts } from './hostile-texts.ts';
import { honestJobs, hostileJobs } from './backup-jobs.ts';
import { contentSlots, slotsOf, withValue, type Slot } from './slots.ts';

/** Objects as a cluster has them, by their kind. */
export type World = ReadonlyMap<Definition, readonly KubeObject[]>;

const lastNight = new Date('2026-11-21T02:30:00Z');
const due = '2020-01-01';

/**
 * What the honest tenant has: a volume with many nights, some of which are marked, due, held or retained; a group that is
 * due; and a content whose snapshot is gone.
 */
export function honestWorld(): World {
  const { namespace, pvc, group, backup } = honest;
  const nights = nightlySnapshots(namespace, pvc, 40, lastNight).map((snapshot, index) =>
    settled(snapshot, `${pvc}-night-${index}`),
  );
  const [first, second, third, fourth] = nights as [KubeObject, KubeObject, KubeObject, KubeObject];
  first.metadata.uid = honest.uid;
  first.metadata.labels = { ...first.metadata.labels, [label.deleteAfter]: due, [label.backup]: backup };
  second.metadata.labels = { ...second.metadata.labels, [label.deleteAfter]: due, [label.hold]: 'true' };
  third.metadata.labels = without(third.metadata.labels, label.daily, label.weekly, label.monthly);
  fourth.metadata.labels = { ...fourth.metadata.labels, [label.deleteAfter]: due };
  const members = ['files', 'mail'].flatMap((of) =>
    nightlySnapshots(namespace, of, 2, lastNight).map((one, index) => settled(one, `${of}-${index}`)),
  );
  const together = objectOf(groups, { namespace, name: group });
  for (const member of members.filter(({ metadata }) => metadata.name?.endsWith('-0'))) {
    member.metadata.ownerReferences = [ownerOf(together)];
    member.metadata.labels = { ...member.metadata.labels, [label.deleteAfter]: due };
  }
  const all = [...nights, ...members];
  return new Map([
    [namespaces, [namespaceObject(namespace)]],
    [claims, [claimObject(namespace, pvc, { [annotation.retainPolicy]: 'daily=3,weekly=2' })]],
    [snapshots, all],
    [groups, [together]],
    [contents, [...all.map((one) => contentOf(one)), orphanContent(`${namespace}-orphan`, namespace)]],
    ...honestJobs(namespace, pvc),
  ]);
}

/** How many hostile values there are in a world beside the objects. */
export interface HostileWorld {
  readonly world: World;
  readonly values: number;
  readonly namespaces: readonly string[];
}

export interface WantedWorld {
  readonly seed: number;
  /** How many snapshots have values of any kind in any of their places, beside one for each place and listed text. */
  readonly mixed: number;
  /** Of the listed texts in each place, one in how many. */
  readonly oneIn: number;
}

const namespaceCount = 25;

/** What hostile tenants have: baits that are due, owned, bound or tiered, with hostile texts wherever they may write. */
export function hostileWorld({ seed, mixed, oneIn }: WantedWorld): HostileWorld {
  const draws = new Draws(seed, oneIn);
  const names = Array.from({ length: namespaceCount }, (_, index) => `${index % 2 ? 'aaa' : 'zzz'}-${index}`);
  const placed = { snapshots: [] as KubeObject[], groups: [] as KubeObject[] };
  const namespaceAt = (index: number) => names[index % names.length] ?? '';
  for (const [index, { slot, text }] of draws.each(slotsOf.volumesnapshots).entries()) {
    const bait = baitIn(namespaceAt(index), `bait-${index}`, index);
    placed.snapshots.push(withValue(bait, slot, text));
  }
  for (let index = 0; index < mixed; index++) {
    let bait = baitIn(namespaceAt(index), `mixed-${index}`, index);
    for (const slot of draws.some(slotsOf.volumesnapshots)) bait = withValue(bait, slot, draws.text());
    placed.snapshots.push(bait);
  }
  for (const [index, { slot, text }] of draws.each(slotsOf.volumegroupsnapshots).entries()) {
    const namespace = namespaceAt(index);
    const name = `group-${index}`;
    const group = objectOf(groups, { namespace, name });
    placed.groups.push(withValue(group, slot, text));
    const member = baitIn(namespace, `member-${index}`, 0);
    placed.snapshots.push({ ...member, metadata: { ...member.metadata, ownerReferences: [ownerOf(group)] } });
  }
  const policed = draws.each(slotsOf.persistentvolumeclaims).map(({ slot, text }, index) => {
    const claim = claimObject(namespaceAt(index), `claim-${index}`, { [annotation.retainPolicy]: 'daily=3' });
    return withValue(claim, slot, text);
  });
  const places = names.map((name) =>
    withValue(namespaceObject(name), draws.one(slotsOf.namespaces), draws.text()),
  );
  const kept = [
    ...placed.snapshots.filter((_, index) => index % 4 === 0).map((one) => contentOf(one)),
    ...draws.each(contentSlots).map(({ slot, text }, index) => {
      const orphan = orphanContent(`orphan-${index}`, namespaceAt(index));
      return withValue(orphan, slot, text);
    }),
  ];
  const world: World = new Map([
    [namespaces, places],
    [claims, policed],
    [snapshots, placed.snapshots],
    [groups, placed.groups],
    [contents, kept],
    ...hostileJobs(draws, namespaceAt),
  ]);
  return { world, values: draws.count, namespaces: names };
}

/** Hostile texts, always the same of one seed. */
export class Draws {
  count = 0;
  readonly #texts: Iterator<string>;
  readonly #numbers: Iterator<number>;
  readonly #oneIn: number;

  constructor(seed: number, oneIn = 1) {
    this.#oneIn = oneIn;
    this.#texts = endless((turn) => fc.sample(hostileText, { seed: seed + turn, numRuns: 1000 }));
    this.#numbers = endless((turn) => fc.sample(fc.nat(), { seed: seed + turn, numRuns: 1000 }));
  }

  text(): string {
    this.count++;
    return this.#texts.next().value as string;
  }

  one<T>(all: readonly T[]): T {
    return all[this.#number() % all.length] as T;
  }

  /** One to four of them. */
  some<T>(all: readonly T[]): T[] {
    return Array.from({ length: 1 + (this.#number() % 4) }, () => this.one(all));
  }

  /** Each slot with each listed text, or with one in so many; and each with one that is large, which are few. */
  each(slots: readonly Slot[]): { readonly slot: Slot; readonly text: string }[] {
    const texts = Object.values(hostileTexts).flat();
    const pairs = slots.flatMap((slot) => {
      const offset = this.#number() % this.#oneIn;
      const own = texts.filter((_, index) => index % this.#oneIn === offset);
      return own.map((text) => ({ slot, text }));
    });
    const few = Array.from({ length: 4 }, () => ({ slot: this.one(slots), text: this.one(largeTexts) }));
    this.count += pairs.length + few.length;
    return [...pairs, ...few];
  }

  #number(): number {
    return this.#numbers.next().value as number;
  }
}

function* endless<T>(some: (turn: number) => readonly T[]): Generator<T, never> {
  for (let turn = 0; ; turn++) yield* some(turn);
}

export function load(sandbox: Sandbox, ...worlds: readonly World[]): void {
  for (const world of worlds) for (const [definition, objects] of world) sandbox.load(definition, objects);
}

/** A snapshot that somebody looks at in every command: every fourth is due, the others wait, stand for a day, or are held. */
function baitIn(namespace: string, name: string, index: number): KubeObject {
  const variety: Record<string, string>[] = [
    { [label.deleteAfter]: due },
    { [label.daily]: '2026-11-20', [label.weekly]: 'w47' },
    {},
    { [label.monthly]: '2026-11', [label.verified]: '2026-11-01' },
  ];
  const labels = { [label.pvc]: `pvc-${index % 7}`, [label.retain]: 'daily_weekly_monthly' };
  const snapshot = objectOf(snapshots, {
    namespace,
    name,
    labels: { ...labels, [label.type]: 'cronjob', ...variety[index % 4] },
    annotations: { [annotation.timeZone]: 'UTC' },
  });
  const spec = { source: { persistentVolumeClaimName: `pvc-${index % 7}` } };
  const content = index % 4 === 0 ? { boundVolumeSnapshotContentName: contentName(snapshot) } : {};
  return {
    ...snapshot,
    spec,
    status: { readyToUse: true, creationTime: '2026-11-01T02:30:00Z', ...content },
  };
}

function ownerOf({ apiVersion, kind, metadata: { name = '', uid = '' } }: KubeObject): OwnerReference {
  return { apiVersion, kind, name, uid };
}

/** As the API server has it, from a time when all was made. */
function objectOf({ group, version, kind, plural }: Definition, metadata: ObjectMeta): KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const uid = `uid-${plural}-${metadata.namespace ?? ''}-${metadata.name}`;
  const made = { uid, creationTimestamp: '2026-11-01T02:30:00Z', resourceVersion: '1' };
  return { apiVersion, kind, metadata: { ...made, ...metadata } };
}

function namespaceObject(name: string): KubeObject {
  return { ...objectOf(namespaces, { name }), status: { phase: 'Active' } };
}

function claimObject(namespace: string, name: string, annotations: Record<string, string>): KubeObject {
  const spec = { accessModes: ['ReadWriteOnce'], volumeName: `pv-${namespace}-${name}` };
  const metadata = { namespace, name, annotations, creationTimestamp: '2020-01-01T00:00:00Z' };
  return { ...objectOf(claims, metadata), spec, status: { phase: 'Bound' } };
}

function contentName({ metadata }: KubeObject): string {
  return metadata.namespace === honest.namespace
    ? `content-of-${metadata.name}`
    : `content-of-${metadata.namespace}-${metadata.name}`;
}

/** That of a snapshot, retained. */
function contentOf(snapshot: KubeObject): KubeObject {
  const { namespace, name, uid } = snapshot.metadata;
  const content = contentName(snapshot);
  const source = { volumeHandle: `volume-${namespace}` };
  const volumeSnapshotRef = { namespace, name, uid };
  return {
    ...objectOf(contents, { name: content }),
    spec: { driver, deletionPolicy: 'Retain', source, volumeSnapshotRef },
    status: { readyToUse: true, snapshotHandle: `handle-${content}`, restoreSize: 1 },
  };
}

function orphanContent(name: string, namespace: string): KubeObject {
  const labels = { [label.retain]: 'daily_weekly_monthly', [label.pvc]: 'data', [label.daily]: '2026-11-20' };
  const gone = { metadata: { namespace, name: `gone-${name}`, uid: `uid-of-gone-${name}` } } as KubeObject;
  const content = contentOf(gone);
  content.metadata = { ...content.metadata, name, labels, uid: `uid-contents-${name}` };
  return content;
}

/** Without finalizers: nobody is there to take them off. */
function settled(snapshot: KubeObject, name: string): KubeObject {
  const { finalizers: _, ...metadata } = snapshot.metadata;
  const named = { ...snapshot, metadata: { ...metadata, name, uid: `uid-${name}` } };
  const { status } = snapshot as { status?: object };
  return { ...named, status: { ...status, boundVolumeSnapshotContentName: contentName(named) } };
}

function without(labels: Record<string, string> = {}, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}
