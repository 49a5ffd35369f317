import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSync, snapshotMetadata } from '../../src/orphans/plan-sync.ts';
import { readOrphan } from '../../src/orphans/orphan.ts';
import { replacementContent, replacementSnapshot } from '../../src/orphans/replacement.ts';
import { snapshotRow } from '../../src/catalogue/snapshot-row.ts';
import { parseQuantity } from '../../src/kube/quantity.ts';
import { readPage } from '../../src/kube/page.ts';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { findItems } from '../../src/kube/split-items.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { policiesOf } from '../../src/retention/retain/policies.ts';
import { planRetention } from '../../src/retention/retain/plan.ts';
import { planMarks } from '../../src/retention/mark-and-delete/mark.ts';
import { planSweep } from '../../src/retention/mark-and-delete/sweep.ts';
import type { VolumeSnapshotContent } from '../../src/snapshots/csi/content.ts';
import { bucketsOf } from '../../src/snapshots/buckets.ts';
import { takenTiers } from '../../src/snapshots/taken-tiers.ts';
import { readSnapshot } from '../../src/snapshots/managed.ts';
import { timeZoneOf } from '../../src/snapshots/time-zone.ts';
import { driver } from '../../scripts/sandbox/driver.ts';
import { timeZones } from '../support/kubernetes-names.ts';
import { now } from '../retention/support.ts';
import { hostileText, largeTexts, wrongValue } from './hostile-texts.ts';
import { size } from './size.ts';
import { contentSlots, slotsOf, withValue, type Slot } from './slots.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const policy = { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 0 };
const metadata = {
  namespace: 'evil',
  name: 'bait',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-11-01T02:30:00Z',
};
const snapshot: KubeObject = {
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshot',
  metadata,
  spec: {},
  status: { readyToUse: true },
};
const content: VolumeSnapshotContent = {
  ...snapshot,
  metadata: { ...metadata, namespace: undefined } as never,
  spec: {
    driver,
    deletionPolicy: 'Retain',
    volumeSnapshotRef: { namespace: 'evil', name: 'bait', uid: 'u' },
  },
  status: { snapshotHandle: 'handle' },
};

/** All that reads a snapshot, or decides on it. */
const readers: Readonly<Record<string, (object: KubeObject, timeZone: string) => unknown>> = {
  'the plan of retain': (object, timeZone) =>
    planRetention([readSnapshot(stored(object), timeZone)], policy, now, timeZone),
  'the marks and the sweep': (object, timeZone) => {
    const read = readSnapshot(stored(object), timeZone);
    const at = { now, today: '2026-11-21' };
    return [planMarks([read], at), planSweep([read], at)];
  },
  'a row of list': (object) => snapshotRow(stored(object), now),
  'what a content is told': (object) => {
    const told = snapshotMetadata(stored(object));
    return told && planSync(told, content);
  },
  'what the next backup looks at': (object, timeZone) => [
    takenTiers(
      [[readSnapshot(stored(object), timeZone)]],
      { dumps: 0, volumes: 1 },
      bucketsOf(now, timeZone),
    ),
    timeZoneOf([object]),
  ],
};

const contentReaders: Readonly<Record<string, (object: KubeObject, timeZone: string) => unknown>> = {
  'an orphan': (object, timeZone) => readOrphan(object, timeZone),
  'what takes its place': (object) =>
    replacementSnapshot(
      replacementContent(object, { namespace: 'evil', name: 'bait', className: undefined }, now),
    ),
};

const slotOf = (slots: readonly Slot[]) => fc.constantFrom(...slots);
const zone = fc.constantFrom(...timeZones);
const numRuns = size.runs;

/** What it throws, if not a sentence about the object. */
function defectIn(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
      ? String(error.stack)
      : undefined;
  }
}

describe(`whatever a tenant has written (seed ${size.seed})`, { timeout: size.timeout }, () => {
  it.each(Object.entries(readers))('%s can be had of a snapshot, or is refused in words', (_, read) => {
    fc.assert(
      fc.property(
        slotOf(slotsOf.volumesnapshots),
        fc.oneof(hostileText, fc.constantFrom(...largeTexts)),
        zone,
        (slot, text, timeZone) => {
          expect(defectIn(() => read(withValue(snapshot, slot, text), timeZone))).toBeUndefined();
        },
      ),
      { numRuns, seed: size.seed },
    );
  });

  it.each(Object.entries(contentReaders))('%s can be had of a content, or is refused in words', (_, read) => {
    fc.assert(
      fc.property(slotOf(contentSlots), hostileText, zone, (slot, text, timeZone) => {
        expect(defectIn(() => read(withValue(content, slot, text), timeZone))).toBeUndefined();
      }),
      { numRuns, seed: size.seed },
    );
  });

  it('a policy in an annotation is read, or refused in less than a thousand characters', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.constantFrom(...largeTexts)), (text) => {
        const answer = policiesOf(policy, [{ namespace: 'evil', pvc: undefined, text }])({
          namespace: 'evil',
          pvc: 'data',
        });
        expect('problem' in answer ? answer.problem.length : 0).toBeLessThan(1000);
      }),
      { numRuns, seed: size.seed },
    );
  });

  it('a quantity is a number, or none', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.constantFrom(...largeTexts)), (text) => {
        expect(parseQuantity(text)).not.toBeNaN();
      }),
      { numRuns, seed: size.seed },
    );
  });
});

describe(
  `what only a server without schemas would have stored (seed ${size.seed})`,
  { timeout: size.timeout },
  () => {
    const inner = slotsOf.volumesnapshots.filter(({ path }) => path[0] === 'spec' || path[0] === 'status');
    const slots = [...inner, ...['spec', 'status'].map((key): Slot => ({ name: key, path: [key] }))];

    it.each(Object.entries(readers))('is refused in words by %s, or does no harm', (_, read) => {
      fc.assert(
        fc.property(slotOf(slots), wrongValue, zone, (slot, value, timeZone) => {
          expect(defectIn(() => read(withValue(snapshot, slot, value), timeZone))).toBeUndefined();
        }),
        { numRuns, seed: size.seed },
      );
    });

    const ofMetadata = slotsOf.volumesnapshots.filter(({ path }) => path[0] === 'metadata');
    const fields = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp']
      .concat(['labels', 'annotations', 'finalizers', 'ownerReferences'])
      .map((field): Slot => ({ name: field, path: ['metadata', field] }));
    const itsKind = { ...volumeSnapshots, namespace: undefined };

    it.each(Object.entries(readers))('is refused in words before %s, where it is metadata', (_, read) => {
      fc.assert(
        fc.property(slotOf([...ofMetadata, ...fields]), wrongValue, zone, (slot, value, timeZone) => {
          const { kind, apiVersion } = snapshot;
          const items = [withValue(snapshot, slot, value)];
          const list = JSON.stringify({ kind: `${kind}List`, apiVersion, metadata: {}, items });
          const page = readPage({ method: 'GET', path: '/' }, itsKind, Buffer.from(list));
          expect(defectIn(() => [...page.items].map((one) => read(one, timeZone)))).toBeUndefined();
        }),
        { numRuns, seed: size.seed },
      );
    });

    it('an object that is nested ten thousand times is one of a page as any other', () => {
      const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
      const item = JSON.stringify({ ...snapshot, metadata: { ...metadata, managedFields: 'HERE' } }).replace(
        '"HERE"',
        deep,
      );
      const body = Buffer.from(
        `{"kind":"VolumeSnapshotList","apiVersion":"v1","metadata":{},"items":[${item},${item}]}`,
      );
      const { bounds = [] } = findItems(body) ?? {};
      const items = [bounds.slice(0, 2), bounds.slice(2)].map(([from, to]) =>
        body.toString('utf8', from, to),
      );
      const names = items.map((one) => readSnapshot(stored(JSON.parse(one) as KubeObject), 'UTC').name);
      expect(names).toEqual(['bait', 'bait']);
    });
  },
);
