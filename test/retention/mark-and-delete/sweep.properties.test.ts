import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { planMarks } from '../../../src/retention/mark-and-delete/mark.ts';
import { planSweep } from '../../../src/retention/mark-and-delete/sweep.ts';
import { calendarDate, isCalendarDate } from '../../../src/snapshots/buckets.ts';
import { annotation, isReady, label } from '../../../src/snapshots/labels.ts';
import { readSnapshot } from '../../../src/snapshots/managed.ts';
import { order } from '../retain/history-arbitraries.ts';
import { sortedBy } from '../retain/history-events.ts';
import { labelsIn } from '../retain/history-facts.ts';
import { expectOfEveryHistory, timeout } from '../retain/history-property.ts';
import { keyOf, type Cluster } from '../retain/history.ts';
import type { RetentionPolicy } from '../../../src/snapshots/tiers.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

// The same instants come again and again, and reckoning their buckets is nearly all of a history's cost.
vi.mock(import('../../../src/snapshots/buckets.ts'), async (original) => {
  const { rememberCalendar } = await import('../retain/history-calendar.ts');
  return rememberCalendar(await original());
});

const all = (cluster: Cluster) =>
  cluster.snapshots.map((object) => readSnapshot(stored(object), cluster.timeZone));

/** What `mark-and-delete` has a plan for: those in tiers that stay. */
function marksOf(cluster: Cluster) {
  const tiered = all(cluster).filter(
    ({ retain, isDeleting }) => retain === 'daily_weekly_monthly' && !isDeleting,
  );
  return planMarks(tiered, { now: cluster.now, today: todayIn(cluster) }).filter(({ mark }) => mark);
}

function todayIn({ now, timeZone }: Cluster): string {
  return calendarDate(now, timeZone);
}

function dueOf(cluster: Cluster) {
  return planSweep(all(cluster), { now: cluster.now, today: todayIn(cluster) }).filter(
    ({ fate }) => fate === 'delete',
  );
}

function mark(cluster: Cluster): void {
  for (const { snapshot } of marksOf(cluster)) cluster.mark(keyOf(snapshot), todayIn(cluster));
}

/** Volumes, by what their label says, that have a ready snapshot of ours. */
function volumesWithBackup(cluster: Cluster): Set<string> {
  const ours = all(cluster).filter(({ retain, isReady }) => retain !== undefined && isReady);
  return new Set(ours.map(({ namespace, pvc }) => `${namespace}/${pvc}`));
}

function volumesWithReady(cluster: Cluster): Set<string> {
  const ready = all(cluster).filter(({ isReady }) => isReady);
  return new Set(ready.map(({ namespace, pvc }) => `${namespace}/${pvc}`));
}

/** A night of the three: what the CronJobs of the chart do. */
function night(cluster: Cluster, policy: RetentionPolicy): void {
  cluster.apply(cluster.plan(policy));
  mark(cluster);
  for (const { snapshot } of dueOf(cluster)) cluster.remove(keyOf(snapshot));
}

describe('whatever a cluster went through, mark-and-delete', { timeout }, () => {
  it('marks nothing that is held, stands for a bucket, has a date, had one, or is none of ours', () => {
    expectOfEveryHistory((cluster) => {
      const objects = new Map(cluster.snapshots.map((object) => [keyOf(object.metadata), object]));
      for (const { snapshot } of marksOf(cluster)) {
        const { labels = {}, annotations = {} } = objects.get(keyOf(snapshot))?.metadata ?? {};
        expect(labels[label.retain]).toBe('daily_weekly_monthly');
        expect(labels[label.hold] ?? 'false').toBe('false');
        expect(labels).not.toHaveProperty([label.deleteAfter]);
        expect(annotations).not.toHaveProperty([annotation.markedAt]);
        expect(snapshot.tiers.size).toBe(0);
      }
    });
  });

  it('never marks again what a user has taken the date from', () => {
    expectOfEveryHistory((cluster) => {
      const marked = marksOf(cluster).map(({ snapshot }) => keyOf(snapshot));
      mark(cluster);
      for (const key of marked) cluster.label(key, { [label.deleteAfter]: undefined });
      cluster.wait(24);
      const again = marksOf(cluster).map(({ snapshot }) => keyOf(snapshot));
      expect(again.filter((key) => marked.includes(key))).toEqual([]);
    });
  });

  it('deletes only what has a date of the calendar that is over, and is not held', () => {
    expectOfEveryHistory((cluster) => {
      mark(cluster);
      cluster.wait(24);
      for (const { snapshot } of dueOf(cluster)) {
        const object = cluster.snapshots.find(({ metadata }) => keyOf(metadata) === keyOf(snapshot));
        const { [label.deleteAfter]: date = '', [label.hold]: hold = 'false' } =
          object?.metadata.labels ?? {};
        expect(isCalendarDate(date) && date < todayIn(cluster)).toBe(true);
        expect(hold).toBe('false');
      }
    });
  });

  it('deletes nothing that it has marked on the same day', () => {
    expectOfEveryHistory((cluster) => {
      const marked = new Set(marksOf(cluster).map(({ snapshot }) => keyOf(snapshot)));
      mark(cluster);
      expect(dueOf(cluster).filter(({ snapshot }) => marked.has(keyOf(snapshot)))).toEqual([]);
    });
  });

  it('leaves each volume that has a ready backup a ready snapshot, whichever goes first and wherever it ends', () => {
    const run = fc.record({ order, percent: fc.nat(100) });
    expectOfEveryHistory((cluster, _policy, { order, percent }) => {
      mark(cluster);
      cluster.wait(48);
      const before = volumesWithBackup(cluster);
      const due = sortedBy(dueOf(cluster), order);
      for (const { snapshot } of due.slice(0, Math.ceil((due.length * percent) / 100))) {
        cluster.remove(keyOf(snapshot));
        // Planned anew in the midst, it would take nothing that the first plan keeps.
        const planned = new Set(due.map((one) => keyOf(one.snapshot)));
        expect(dueOf(cluster).filter((one) => !planned.has(keyOf(one.snapshot)))).toEqual([]);
      }
      expect([...before].filter((volume) => !volumesWithReady(cluster).has(volume))).toEqual([]);
    }, run);
  });

  it('leaves, together with retain and over many nights, each volume a ready backup', () => {
    expectOfEveryHistory((cluster, policy, nights) => {
      for (let turn = 0; turn < nights; turn += 1) {
        const before = volumesWithBackup(cluster);
        night(cluster, policy);
        expect([...before].filter((volume) => !volumesWithReady(cluster).has(volume))).toEqual([]);
        cluster.wait(24);
      }
    }, fc.nat(4));
  });

  it('touches nothing that is none of ours and that nobody gave a date', () => {
    expectOfEveryHistory((cluster, policy) => {
      const isForeign = ({ metadata: { labels = {} } }: KubeObject): boolean =>
        labels[label.retain] === undefined && labels[label.deleteAfter] === undefined;
      const foreign = cluster.snapshots.filter(isForeign).map(({ metadata }) => keyOf(metadata));
      const before = labelsIn(cluster);
      for (let turn = 0; turn < 3; turn += 1) {
        night(cluster, policy);
        cluster.wait(24);
      }
      const after = labelsIn(cluster);
      expect(foreign.map((key) => after[key])).toEqual(foreign.map((key) => before[key]));
    });
  });

  it('counts as left only what is ready, and what is not due itself', () => {
    expectOfEveryHistory((cluster) => {
      mark(cluster);
      cluster.wait(48);
      const due = dueOf(cluster);
      const going = new Set(due.map(({ snapshot }) => keyOf(snapshot)));
      const left = new Set(due.flatMap(({ survivor }) => (survivor ? [keyOf(survivor)] : [])));
      const counted = cluster.snapshots.filter(({ metadata }) => left.has(keyOf(metadata)));
      expect(
        counted.filter((object) => !isReady(stored(object)) || going.has(keyOf(object.metadata))),
      ).toEqual([]);
    });
  });
});
