import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { planRetention } from '../../../src/retention/retain/plan.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { order, retainRun } from './history-arbitraries.ts';
import { retain, sortedBy } from './history-events.ts';
import { labelsIn, takenBy } from './history-facts.ts';
import { applied, expectOfEveryHistory, timeout } from './history-property.ts';
import { keyOf, type Cluster } from './history.ts';
import type { RetentionPolicy } from '../../../src/snapshots/tiers.ts';

// The same instants come again and again, and reckoning their buckets is nearly all of a history's cost.
vi.mock(import('../../../src/snapshots/buckets.ts'), async (original) => {
  const { rememberCalendar } = await import('./history-calendar.ts');
  return rememberCalendar(await original());
});

describe('however often, and in whatever order, it is planned', { timeout }, () => {
  it('planning again takes nothing', () => {
    expectOfEveryHistory((cluster, policy) => {
      expect(takenBy(applied(cluster, policy).plan(policy))).toEqual([]);
    });
  });

  it('runs that crash and one that does not end with the labels of a single run, in any order', () => {
    const crashes = fc.array(retainRun, { minLength: 1, maxLength: 3 });
    expectOfEveryHistory((cluster, policy, crashes) => {
      const once = labelsIn(applied(cluster, policy));
      for (const run of crashes) retain(cluster, { ...run, policy });
      expect(labelsIn(applied(cluster, policy))).toEqual(once);
    }, crashes);
  });

  it('planning anew after each label ends with the labels of a single run, whichever goes first', () => {
    expectOfEveryHistory((cluster, policy, order) => {
      const once = labelsIn(applied(cluster, policy));
      const turns = takenBy(cluster.plan(policy)).length;
      for (let turn = 0; turn < turns; turn += 1) {
        takeOne(cluster, policy, order[turn % order.length] ?? 0);
      }
      expect(labelsIn(cluster)).toEqual(once);
    }, order);
  });

  it('each volume is decided on by itself', () => {
    expectOfEveryHistory((cluster, policy) => {
      const { managed, now, timeZone } = cluster;
      const volumes = Map.groupBy(managed, ({ namespace, pvc }) => `${namespace}/${pvc}`);
      const apart = [...volumes.values()].map((volume) => planRetention(volume, policy, now, timeZone));
      expect(takenBy(apart.flat())).toEqual(takenBy(cluster.plan(policy)));
    });
  });

  it('the order in which the snapshots come makes no difference', () => {
    expectOfEveryHistory(({ managed, now, timeZone }, policy, order) => {
      const planned = planRetention(sortedBy(managed, order), policy, now, timeZone);
      expect(planned).toEqual(planRetention(managed, policy, now, timeZone));
    }, order);
  });
});

/** Takes one of the labels that are to go, where there is one. */
function takeOne(cluster: Cluster, policy: RetentionPolicy, which: number): void {
  const labels = cluster
    .plan(policy)
    .flatMap(({ snapshot, tiers }) =>
      tiers.filter(({ keep }) => !keep).map(({ tier }) => ({ key: keyOf(snapshot), tier })),
    );
  const chosen = labels[which % Math.max(labels.length, 1)];
  if (chosen) cluster.label(chosen.key, { [label[chosen.tier]]: undefined });
}
