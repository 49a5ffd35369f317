import { describe, expect, it, vi } from 'vitest';
import { label } from '../../../src/snapshots/labels.ts';
import { takesAny } from './history-events.ts';
import { backupsByVolume, factsOf, takenBy, windowOf, type Fact } from './history-facts.ts';
import { applied, expectOfEveryHistory, timeout } from './history-property.ts';
import { keyOf, type Cluster } from './history.ts';
import { tiers, type RetentionPolicy } from '../../../src/snapshots/tiers.ts';

// The same instants come again and again, and reckoning their buckets is nearly all of a history's cost.
vi.mock(import('../../../src/snapshots/buckets.ts'), async (original) => {
  const { rememberCalendar } = await import('./history-calendar.ts');
  return rememberCalendar(await original());
});

describe('whatever a cluster went through', { timeout }, () => {
  it('the newest backup of a volume that has a label keeps one, and so does the newest restored one', () => {
    expectOfEveryHistory((cluster, policy) => {
      const after = new Map(factsOf(applied(cluster, policy)).map((fact) => [fact.key, fact]));
      const floor = backupsByVolume(cluster).flatMap((backups) => {
        const labelled = backups.filter(({ buckets }) => buckets.size > 0);
        return [...labelled.slice(0, 1), ...labelled.filter(({ isVerified }) => isVerified).slice(0, 1)];
      });
      const bare = floor.filter(({ key }) => !after.get(key)?.buckets.size);
      expect(bare).toEqual([]);
    });
  });

  it('no bucket that the policy keeps is left without a backup', () => {
    expectOfEveryHistory((cluster, policy) => {
      const windows = (at: Cluster) =>
        backupsByVolume(at).map((backups) =>
          tiers.map((tier) => [backups[0]?.volume, tier, windowOf(backups, tier, policy[tier])]),
        );
      expect(windows(applied(cluster, policy))).toEqual(windows(cluster));
    });
  });

  it('beyond the policy only what is held is kept, and one label of each of the two of the floor', () => {
    expectOfEveryHistory((cluster, policy) => {
      const longest = new Map(factsOf(cluster).map(({ key, buckets }) => [key, [...buckets.keys()].at(-1)]));
      for (const backups of backupsByVolume(applied(cluster, policy))) {
        const surplus = backups.filter((backup) => !backup.isHeld && !standsForAll(backup, backups, policy));
        expect(surplus.length).toBeLessThanOrEqual(2);
        for (const { key, buckets } of surplus) expect([...buckets.keys()]).toEqual([longest.get(key)]);
      }
    });
  });

  it('what is not ready makes no difference to what is', () => {
    expectOfEveryHistory((cluster, policy) => {
      const unready = factsOf(cluster).filter(({ isReady }) => !isReady);
      const keys = new Set(unready.map(({ key }) => key));
      const planned = cluster.plan(policy).filter(({ snapshot }) => !keys.has(keyOf(snapshot)));
      for (const key of keys) cluster.remove(key);
      expect(takenBy(planned)).toEqual(takenBy(cluster.plan(policy)));
    });
  });

  it('nothing that is not ready loses a label: it may have been ready, and be so again', () => {
    expectOfEveryHistory((cluster, policy) => {
      const unready = cluster.plan(policy).filter(({ snapshot }) => !snapshot.isReady);
      expect(unready.filter((decision) => takesAny(decision))).toEqual([]);
    });
  });

  it('nothing that is held or marked loses a label', () => {
    expectOfEveryHistory((cluster, policy) => {
      const untouchable = factsOf(cluster).filter(({ isHeld, isMarked }) => isHeld || isMarked);
      const keys = new Set(untouchable.map(({ key }) => key));
      const touched = cluster.plan(policy).filter((decision) => takesAny(decision));
      expect(touched.filter(({ snapshot }) => keys.has(keyOf(snapshot)))).toEqual([]);
    });
  });

  it('the plan names every snapshot that is kept by tiers, and no other', () => {
    expectOfEveryHistory((cluster, policy) => {
      const tiered = factsOf(cluster).filter(({ isTiered }) => isTiered);
      const planned = cluster.plan(policy).map(({ snapshot }) => keyOf(snapshot));
      expect(planned.toSorted()).toEqual(tiered.map(({ key }) => key).toSorted());
    });
  });

  it('the plan decides on the labels that are there, and on each of them', () => {
    expectOfEveryHistory((cluster, policy) => {
      const facts = new Map(factsOf(cluster).map((fact) => [fact.key, fact]));
      for (const { snapshot, tiers } of cluster.plan(policy)) {
        const decided = tiers.map(({ tier, bucket }) => [tier, bucket]);
        expect(decided).toEqual([...(facts.get(keyOf(snapshot))?.labels ?? [])]);
      }
    });
  });

  it('what is not a bucket until today is neither taken nor counted', () => {
    expectOfEveryHistory((cluster, policy) => {
      const planned = cluster.plan(policy);
      const odd = factsOf(cluster).flatMap(({ key, labels, buckets, isReady }) =>
        [...labels.keys()].filter((tier) => isReady && !buckets.has(tier)).map((tier) => ({ key, tier })),
      );
      for (const { key, tier } of odd) cluster.label(key, { [label[tier]]: undefined });
      // An odd label that is taken would be one too many here.
      expect(takenBy(planned)).toEqual(takenBy(cluster.plan(policy)));
    });
  });
});

/** Whether each of its labels is of a bucket that the policy keeps, of which it is the newest. */
function standsForAll({ key, buckets }: Fact, backups: readonly Fact[], policy: RetentionPolicy): boolean {
  return [...buckets].every(([tier, bucket]) => {
    const newest = backups.find((backup) => backup.buckets.get(tier) === bucket);
    return newest?.key === key && windowOf(backups, tier, policy[tier]).includes(bucket);
  });
}
