import { expect, test } from 'vitest';
import { withGrace } from '../../../src/retention/mark-and-delete/grace.ts';
import { planSweep } from '../../../src/retention/mark-and-delete/sweep.ts';
import { calendarDate } from '../../../src/snapshots/buckets.ts';
import { annotation, label, snapshotLabels } from '../../../src/snapshots/labels.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import { readSnapshot } from '../../../src/snapshots/managed.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const zones = ['Pacific/Pago_Pago', 'America/New_York', 'UTC', 'Europe/Berlin', 'Pacific/Kiritimati'];

function snapshotMade(at: Date, zone: string, days: number, name: string) {
  const retain = { policy: 'days', days } as const;
  const buckets = bucketsOf(at, zone);
  const facts = { pvc: 'data', type: 'cronjob', pod: undefined, retain, now: at, timeZone: zone, buckets };
  return readSnapshot(
    stored({
      apiVersion: '',
      kind: 'VolumeSnapshot',
      metadata: {
        namespace: 'shop',
        name,
        uid: name,
        resourceVersion: '1',
        creationTimestamp: at.toISOString(),
        labels: snapshotLabels({ ...facts, takenTiers: new Set() }),
        annotations: { [annotation.timeZone]: zone },
      },
      status: { readyToUse: true },
    }),
    zone,
  );
}

/** When a sweep that looks every hour, by the days of its own zone, deletes it. */
function lifeOf(made: Date, zone: string, days: number, zoneOfSweep: string): number {
  for (let age = 0; ; age += hour) {
    const now = new Date(made.getTime() + age);
    const newest = snapshotMade(now, zone, days, 'newest');
    const snapshots = [snapshotMade(made, zone, days, 'old'), newest];
    const at = { now, today: calendarDate(now, zoneOfSweep) };
    const decisions = withGrace(planSweep(snapshots, at), snapshots, now, 22 * hour);
    if (decisions.some(({ snapshot, fate }) => snapshot.name === 'old' && fate === 'delete')) return age;
  }
}

test.each(zones.flatMap((zone) => zones.map((sweep): [string, string] => [zone, sweep])))(
  'what is kept for a day in %s is there for one, though it is deleted by the days of %s',
  (zone, sweep) => {
    for (let hours = 0; hours < 24; hours += 5) {
      const made = new Date(Date.parse('2026-11-21T00:30:00Z') + hours * hour);
      const life = lifeOf(made, zone, 1, sweep);
      expect(life).toBeGreaterThanOrEqual(day);
      // A day in the calendar of two zones is over when it is in both.
      expect(life).toBeLessThanOrEqual(2 * day + 26 * hour);
    }
  },
);

test.each(['nowhere', '', 'x'.repeat(100_000)])('a zone that there is not, %#, keeps nothing', (zone) => {
  const metadata = {
    namespace: 'shop',
    name: 'old',
    uid: 'old',
    resourceVersion: '1',
    creationTimestamp: '2026-11-21T00:00:00Z',
    labels: { [label.deleteAfter]: '2026-11-20' },
    annotations: { [annotation.timeZone]: zone },
  };
  expect(readSnapshot(stored({ apiVersion: '', kind: '', metadata }), 'UTC').zoneOfDate).toBeUndefined();
});
