import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { clockProblem, clockTolerance } from '../../../src/kube/right-clock.ts';
import { withGrace } from '../../../src/retention/mark-and-delete/grace.ts';
import { planMarks } from '../../../src/retention/mark-and-delete/mark.ts';
import { planSweep } from '../../../src/retention/mark-and-delete/sweep.ts';
import { calendarDate } from '../../../src/snapshots/buckets.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { readSnapshot } from '../../../src/snapshots/managed.ts';
import { object } from '../../support/objects.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

const hour = 60 * 60_000;
const year = 365 * 24 * hour;
const grace = 22 * hour;
const zones = [
  'UTC',
  'Europe/Vienna',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
];

/** One that marks and sweeps: its zone, and how far its clock is off. */
const install = fc.record({
  zone: fc.constantFrom(...zones),
  offset: fc.oneof(
    fc.integer({ min: -year, max: year }),
    fc.integer({ min: -clockTolerance, max: clockTolerance }),
  ),
});
const run = fc.record({ by: fc.nat(1), minutes: fc.integer({ min: 1, max: 30 * 60 }) });

it('deletes nothing within the grace after its mark, whatever the zones and clocks of two installs are', () => {
  let deletions = 0;
  const history = fc.record({
    installs: fc.tuple(install, install),
    runs: fc.array(run, { minLength: 2, maxLength: 12 }),
    start: fc.integer({ min: Date.parse('2026-03-20T00:00:00Z'), max: Date.parse('2027-04-20T00:00:00Z') }),
  });
  fc.assert(
    fc.property(history, ({ installs, runs, start }) => {
      const labels: Record<string, string> = { [label.retain]: 'daily_weekly_monthly', [label.pvc]: 'data' };
      const annotations: Record<string, string> = {};
      const made = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
      const status = { readyToUse: true };
      const newest = object(
        'VolumeSnapshot',
        {
          ...made,
          name: 'newest',
          creationTimestamp: '2026-01-02T00:00:00Z',
          labels: { ...labels, [label.daily]: '2026-01-01' },
        },
        { status },
      );
      let time = start;
      let markedAt = Infinity;
      for (const { by, minutes } of runs) {
        time += minutes * 60_000;
        const { zone, offset } = installs[by] as (typeof installs)[0];
        const now = new Date(time + offset);
        if (clockProblem({ before: now, server: new Date(time), after: now }) !== undefined) continue;
        const old = object('VolumeSnapshot', { ...made, name: 'old', labels, annotations }, { status });
        const all = [old, newest].map((one) => readSnapshot(stored(one), zone));
        const due = withGrace(planSweep(all, { now, today: calendarDate(now, zone) }), all, now, grace);
        if (due.some(({ fate }) => fate === 'delete')) {
          deletions += 1;
          return time - markedAt >= grace - 2 * clockTolerance;
        }
        if (
          !planMarks(all, { now, today: calendarDate(now, zone) }).some(
            ({ mark, snapshot }) => mark && snapshot.name === 'old',
          )
        )
          continue;
        labels[label.deleteAfter] = calendarDate(now, zone);
        annotations[annotation.markedAt] = now.toISOString();
        markedAt = time;
      }
      return true;
    }),
    { numRuns: 500 },
  );
  expect(deletions).toBeGreaterThan(20);
});
