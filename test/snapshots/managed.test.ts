import { describe, expect, it } from 'vitest';
import type { KubeObject, ObjectMeta } from '../../src/kube/object.ts';
import { annotation, label, pvcLabelValue } from '../../src/snapshots/labels.ts';
import { tieredSnapshot } from '../../src/snapshots/managed.ts';
import { object } from '../support/objects.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const tiered = { [label.retain]: 'daily_weekly_monthly', [label.pvc]: 'data' };
const identity: ObjectMeta = {
  name: 'data-1',
  uid: 'uid-1',
  resourceVersion: '17',
  creationTimestamp: '2026-11-20T02:00:00Z',
};
const bucketLabels = {
  [label.daily]: '2026-11-20',
  [label.weekly]: '2026-w47',
  [label.monthly]: '2026-11',
};

function snapshot(
  labels: Record<string, string>,
  { metadata = {}, ...fields }: Partial<KubeObject> & { metadata?: ObjectMeta } = {},
): KubeObject {
  const status = { readyToUse: true };
  return object('VolumeSnapshot', { ...identity, labels, ...metadata }, { status, ...fields });
}

function read(...args: Parameters<typeof snapshot>) {
  return tieredSnapshot(stored(snapshot(...args)), 'UTC');
}

describe('a snapshot that tiers keep', () => {
  it('is read with all that its labels tell', () => {
    const said = { [label.deleteAfter]: '2026-12-01', [label.hold]: 'true', [label.verified]: '2026-11-21' };
    expect(read({ ...tiered, ...bucketLabels, ...said })).toMatchObject({
      namespace: 'shop',
      name: 'data-1',
      uid: 'uid-1',
      resourceVersion: '17',
      pvc: 'data',
      createdAt: Date.parse('2026-11-20T02:00:00Z'),
      isReady: true,
      tiers: new Map([
        ['daily', '2026-11-20'],
        ['weekly', '2026-w47'],
        ['monthly', '2026-11'],
      ]),
      deleteAfter: '2026-12-01',
      isHeld: true,
      verified: '2026-11-21',
    });
  });

  it('has no tier, no date and no hold without their labels', () => {
    expect(read(tiered)).toMatchObject({
      tiers: new Map(),
      deleteAfter: undefined,
      isHeld: false,
      verified: undefined,
    });
  });

  it('has its tiers from the shortest to the longest, in whatever order the labels are', () => {
    const { daily, weekly, monthly } = label;
    const labels = { [monthly]: '2026-11', [weekly]: '2026-w47', [daily]: '2026-11-20' };
    const tiers = read({ ...tiered, ...labels })?.tiers ?? new Map();
    expect([...tiers.keys()]).toEqual(['daily', 'weekly', 'monthly']);
  });

  it.each(['2026-13-99', 'some day', ''])("has a label's value as it was written: '%s'", (value) => {
    const { tiers, deleteAfter } =
      read({ ...tiered, [label.daily]: value, [label.deleteAfter]: value }) ?? {};
    expect(tiers?.get('daily')).toBe(value);
    expect(deleteAfter).toBe(value);
  });

  it('has the year of its making with a week that has none, as its zone reckons it', () => {
    const metadata = { creationTimestamp: '2027-01-03T23:30:00Z' };
    const made = snapshot({ ...tiered, [label.weekly]: 'w53' }, { metadata });
    expect(tieredSnapshot(stored(made), 'UTC')?.tiers.get('weekly')).toBe('2026-w53');
    expect(tieredSnapshot(stored(made), 'Europe/Vienna')?.tiers.get('weekly')).toBe('2027-w53');
  });

  it.each([
    ['true', { isHeld: true }],
    ['True', { isHeld: true, hasOddHold: true }],
    ['yes', { isHeld: true, hasOddHold: true }],
    ['1', { isHeld: true, hasOddHold: true }],
    ['', { isHeld: true, hasOddHold: true }],
    ['False', { isHeld: true, hasOddHold: true }],
    ['false', { isHeld: false }],
  ])("is held by anything but an explicit false: hold='%s' is %o", (value, expected) => {
    const { isHeld, hasOddHold } = read({ ...tiered, [label.hold]: value }) ?? {};
    expect({ isHeld, ...(hasOddHold !== undefined && { hasOddHold }) }).toEqual(expected);
  });

  it.each([
    ['ready', {}, true],
    [
      'that is marked as failed, even if the storage is ready with it after all',
      { annotations: { [annotation.failed]: 'no space' } },
      false,
    ],
    ['that is marked as failed without a reason', { annotations: { [annotation.failed]: '' } }, false],
    [
      'of a backup that is not finished',
      { labels: { ...tiered, [label.unfinished]: 'unready-of-2' } },
      false,
    ],
  ])('%s is a backup: %o %s', (_, metadata, isBackup) => {
    expect(read(tiered, { metadata })?.isReady).toBe(isBackup);
  });

  it.each([
    ['has lost its content', {}, true],
    ['is marked as failed', { annotations: { [annotation.failed]: 'no space' } }, false],
  ])(
    'may have been ready where it was cut and is not ready now: one that %s, %o %s',
    (_, metadata, wasReady) => {
      const status = { readyToUse: false, creationTime: '2026-11-20T02:00:00Z' };
      expect(read(tiered, { metadata, status })).toMatchObject({ isReady: false, wasReady });
    },
  );

  it.each([
    ['without a status', undefined],
    ['whose status does not say', {}],
    ['that says no', { readyToUse: false }],
  ])('is not ready %s', (_, status) => {
    expect(read(tiered, { status })?.isReady).toBe(false);
  });
});

describe('its volume', () => {
  const longName = `${'p'.repeat(80)}-data`;
  const source = { persistentVolumeClaimName: longName };

  it('is the one of the label, whatever the source says', () => {
    expect(read(tiered, { spec: { source } })?.pvc).toBe('data');
  });

  it('is that of the source where the label was taken away, as the label would have it', () => {
    const retain = { [label.retain]: 'daily_weekly_monthly' };
    expect(read(retain, { spec: { source } })?.pvc).toBe(pvcLabelValue(longName));
  });
});

describe('no business of tiers', () => {
  it.each([
    ['one without labels', {}],
    ['one that only looks like ours', { [label.pvc]: 'data', ...bucketLabels }],
    ['one that is kept by days', { ...tiered, ...bucketLabels, [label.retain]: 'days' }],
    ['one that is kept in a way we do not know', { ...tiered, [label.retain]: 'forever' }],
  ])('is %s', (_, labels) => {
    expect(read(labels)).toBeUndefined();
  });

  it('is one that is on its way out', () => {
    const metadata = { deletionTimestamp: '2026-11-20T03:00:00Z' };
    expect(read({ ...tiered, ...bucketLabels }, { metadata })).toBeUndefined();
  });

  it('is a foreign one, however little can be read of it', () => {
    expect(tieredSnapshot(stored(object('VolumeSnapshot', {})), 'UTC')).toBeUndefined();
  });
});

describe('an object that cannot be read throws, and says which', () => {
  it.each(['namespace', 'name', 'uid', 'resourceVersion', 'creationTimestamp'])('without %s', (field) => {
    expect(() => read(tiered, { metadata: { [field]: undefined } })).toThrow(
      field === 'name' ? /in namespace 'shop'/ : /'data-1'/,
    );
  });

  it('with a creation time that is none', () => {
    const metadata = { creationTimestamp: 'yesterday' };
    expect(() => read({ ...tiered, [label.weekly]: 'w47' }, { metadata })).toThrow(/'data-1'/);
    expect(() => read(tiered, { metadata })).toThrow(/'data-1'/);
  });
});
