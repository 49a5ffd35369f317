import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf } from '../../src/snapshots/buckets.ts';
import {
  isReady,
  label,
  pvcLabelValue,
  snapshotLabels,
  type LabelFacts,
} from '../../src/snapshots/labels.ts';
import { labelValuePattern, pvcName } from '../support/kubernetes-names.ts';
import { snapshotObject } from '../support/objects.ts';
import { ordinaryTiers, tiers } from '../../src/snapshots/tiers.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

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
    expect(pvcLabelValue('p'.repeat(64))).toMatch(/^p{54}-[0-9a-f]{8}$/);
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

it('a snapshot is ready only when its status says exactly that', () => {
  expect(isReady(stored(snapshotObject('a')))).toBe(true);
  expect(isReady(stored(snapshotObject('a', {}, { readyToUse: 'true' })))).toBe(false);
});
