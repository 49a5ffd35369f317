import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf } from '../../src/snapshots/buckets.ts';
import {
  isReady,
  label,
  pvcLabelValue,
  snapshotLabels,
  takenTiers,
  type LabelFacts,
} from '../../src/snapshots/labels.ts';
import { labelValuePattern, pvcName } from '../support/kubernetes-names.ts';
import { object, snapshotObject } from '../support/objects.ts';
import { ordinaryTiers, tiers, type Tier } from '../../src/tiers.ts';

const now = new Date('2027-01-01T10:00:00Z');
const buckets = bucketsOf(now, 'UTC');

function labelsWith(facts: Partial<LabelFacts>): Record<string, string> {
  return snapshotLabels({
    pvc: 'data',
    type: 'cronjob',
    pod: undefined,
    retain: { policy: 'daily_weekly_monthly', tiers: ordinaryTiers },
    now,
    timeZone: 'UTC',
    buckets,
    takenTiers: new Set(),
    ...facts,
  });
}

describe('the labels of a new snapshot', () => {
  it('have all tiers whose bucket is free', () => {
    expect(labelsWith({})).toEqual({
      'backup-ns.sh/pvc': 'data',
      'backup-ns.sh/type': 'cronjob',
      'backup-ns.sh/retain': 'daily_weekly_monthly',
      'backup-ns.sh/daily': '2027-01-01',
      'backup-ns.sh/weekly': '2026-w53',
      'backup-ns.sh/monthly': '2027-01',
    });
  });

  it('have exactly the tiers that are not taken', () => {
    fc.assert(
      fc.property(fc.subarray([...tiers]), (taken) => {
        const labels = labelsWith({ takenTiers: new Set(taken) });
        const given = tiers.filter((tier) => label[tier] in labels);
        expect(given).toEqual(ordinaryTiers.filter((tier) => !taken.includes(tier)));
      }),
    );
  });

  it('have those tiers that the settings name', () => {
    expect(labelsWith({ retain: { policy: 'daily_weekly_monthly', tiers } })).toMatchObject({
      'backup-ns.sh/last': '2027-01-01T100000Z',
      'backup-ns.sh/hourly': '2027-01-01T10Z',
      'backup-ns.sh/yearly': '2027',
    });
  });

  it('say for how many days and until which day, and name no tier, with retain=days', () => {
    const labels = labelsWith({ retain: { policy: 'days', days: 30 } });
    expect(labels).toEqual({
      'backup-ns.sh/pvc': 'data',
      'backup-ns.sh/type': 'cronjob',
      'backup-ns.sh/retain': 'days',
      'backup-ns.sh/retain-days': '30',
      'backup-ns.sh/delete-after': '2027-01-31',
    });
  });

  it('count the days in the configured zone', () => {
    const late = new Date('2026-11-20T23:30:00Z');
    const retain = { policy: 'days', days: 1 } as const;
    const labels = labelsWith({ now: late, timeZone: 'Europe/Vienna', retain });
    expect(labels[label.deleteAfter]).toBe('2026-11-22');
  });

  it('name the pod when it is known', () => {
    expect(labelsWith({ pod: 'backup-1-x7k2p' })[label.pod]).toBe('backup-1-x7k2p');
    expect(label.pod in labelsWith({})).toBe(false);
  });
});

describe('the label of the PVC', () => {
  it('is its name where that fits', () => {
    expect(pvcLabelValue('p'.repeat(63))).toBe('p'.repeat(63));
  });

  it('is a valid value for any PVC', () => {
    fc.assert(
      fc.property(pvcName, (pvc) => {
        expect(pvcLabelValue(pvc)).toMatch(labelValuePattern);
      }),
    );
  });

  it('tells apart PVCs that differ only behind the 63rd character', () => {
    const stem = `${'p'.repeat(60)}.q`;
    const values = Array.from({ length: 500 }, (_, index) => pvcLabelValue(`${stem}${index}`));
    expect(new Set(values).size).toBe(500);
  });

  it('is valid where the cut comes behind a dot or a dash', () => {
    for (const mark of ['.', '-']) {
      expect(pvcLabelValue(`${'p'.repeat(53)}${mark}${'q'.repeat(20)}`)).toMatch(labelValuePattern);
    }
  });
});

describe('a tier is taken', () => {
  const all = { [label.daily]: '2027-01-01', [label.weekly]: '2026-w53', [label.monthly]: '2027-01' };
  const taken = (...snapshots: Parameters<typeof takenTiers>[0]): Tier[] => [
    ...takenTiers(snapshots, buckets, 'UTC'),
  ];

  it('by a ready snapshot with the same bucket', () => {
    expect(taken(snapshotObject('a', all))).toEqual(['daily', 'weekly', 'monthly']);
  });

  it('but not by one that has a date after which it goes', () => {
    const leaving = { ...all, [label.deleteAfter]: '2027-01-05' };
    expect(taken(snapshotObject('a', leaving))).toEqual([]);
  });

  it('by any of several', () => {
    const daily = snapshotObject('a', { [label.daily]: '2027-01-01' });
    const monthly = snapshotObject('b', { [label.monthly]: '2027-01' });
    expect(taken(daily, monthly)).toEqual(['daily', 'monthly']);
  });

  it.each([
    ['that is not ready', { readyToUse: false }],
    ['without a status', undefined],
    ['whose status does not say', {}],
    ['with an error', { error: { message: 'no space' } }],
  ])('not by a snapshot %s', (_, status) => {
    expect(taken(object('VolumeSnapshot', { name: 'a', labels: all }, { status }))).toEqual([]);
  });

  it('not by a snapshot that is being deleted', () => {
    const metadata = { name: 'a', labels: all, deletionTimestamp: '2027-01-01T00:00:00Z' };
    expect(taken(object('VolumeSnapshot', metadata, { status: { readyToUse: true } }))).toEqual([]);
  });

  it('not by another bucket, and not by no label at all', () => {
    expect(
      taken(
        snapshotObject('a', { [label.daily]: '2026-12-31', [label.weekly]: '2027-w01' }),
        object('VolumeSnapshot', { name: 'b' }, { status: { readyToUse: true } }),
      ),
    ).toEqual([]);
  });

  it('by a week without its year when that year is the one the snapshot was made in', () => {
    const yearless = (creationTimestamp: string) =>
      object(
        'VolumeSnapshot',
        { name: 'a', labels: { [label.weekly]: 'w53' }, creationTimestamp },
        { status: { readyToUse: true } },
      );
    expect(taken(yearless('2026-12-31T10:00:00Z'))).toEqual(['weekly']);
    expect(taken(yearless('2027-01-03T10:00:00Z'))).toEqual(['weekly']);
    expect(taken(yearless('2020-12-31T10:00:00Z'))).toEqual([]);
  });

  it('by a bucket of another tier never', () => {
    expect(taken(snapshotObject('a', { [label.daily]: '2027-01' }))).toEqual([]);
  });
});

it('a snapshot is ready only when its status says exactly that', () => {
  expect(isReady(snapshotObject('a'))).toBe(true);
  expect(isReady(snapshotObject('a', {}, { readyToUse: 'true' }))).toBe(false);
});
