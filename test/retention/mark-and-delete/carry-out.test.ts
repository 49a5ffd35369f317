import { describe, expect, it } from 'vitest';
import { LeftAlone } from '../../../src/core/errors.ts';
import {
  carryOutDeletions,
  carryOutMarks,
  type Pace,
} from '../../../src/retention/mark-and-delete/carry-out.ts';
import type { SweepDecision } from '../../../src/retention/mark-and-delete/sweep.ts';
import { words } from '../../../src/snapshots/csi/words.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import type { Deletions } from '../../../src/snapshots/provider.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { skippingClock } from '../../locks/support.ts';

function due(namespace: string, name: string, group?: string): SweepDecision {
  const snapshot = { words, namespace, name, uid: `uid-${name}`, pvc: 'data', group } as ManagedSnapshot;
  return { snapshot, fate: 'delete', reason: 'its date has passed', survivor: undefined };
}

const many = (namespace: string, count: number, group?: string) =>
  Array.from({ length: count }, (_, index) => due(namespace, `${group ?? 's'}-${index}`, group));

interface Given extends Partial<Pace> {
  /** Names that cannot be deleted, and why. */
  readonly fails?: (name: string) => Error | undefined;
  /** What a deletion takes, in milliseconds. */
  readonly takes?: number;
  /** Where it takes that long; everywhere unless it is said. */
  readonly slow?: string;
  readonly isSplit?: boolean;
  /** Whether nobody can tell. */
  readonly isUnknown?: boolean;
  /** What it takes to find that out, in milliseconds. */
  readonly asking?: number;
  /** How many earlier deletions are to be finished. */
  readonly earlier?: number;
}

async function sweep(decisions: readonly SweepDecision[], given: Given = {}) {
  const {
    fails = () => undefined,
    takes = 0,
    slow,
    isSplit = false,
    isUnknown = false,
    asking = 0,
    earlier = 0,
    ...pace
  } = given;
  const clock = skippingClock();
  const context = testContext(new FakeKube(), clock);
  const done: string[] = [];
  let left = earlier;
  const deletions: Deletions = {
    async deleteTogether(unit) {
      for (const { name } of unit) {
        const error = fails(name);
        if (error) throw error;
      }
      const isSlow = slow === undefined || unit[0]?.namespace === slow;
      if (takes > 0 && isSlow) await clock.sleep(takes, context.signal);
      done.push(unit.map(({ namespace, name }) => `${namespace}/${name}`).join('+'));
      return { wasThere: true };
    },
    async isGroupGone() {
      if (asking > 0) await clock.sleep(asking, context.signal);
      if (isUnknown) throw new Error('no');
      return isSplit;
    },
    findUnfinished: () => Promise.reject(new Error('not expected')),
  };
  const unfinished = {
    finishNext: () => {
      if (left > 0) done.push('earlier');
      return Promise.resolve(left-- > 0);
    },
    end: () => ({ failed: [], skipped: [] }),
  };
  const all = { graceMilliseconds: 0, pauseMilliseconds: 0, maxDeletions: 1000, end: Infinity };
  const swept = await carryOutDeletions(decisions, { ...all, unfinished, deletions, ...pace }, context);
  const names = (some: readonly { name: string }[]) => some.map(({ name }) => name);
  return {
    done,
    deleted: names(swept.deleted.map(({ snapshot }) => snapshot)),
    left: names(swept.left.map(({ snapshot }) => snapshot)),
    failed: names(swept.failed),
    skipped: names(swept.skipped),
    sleeps: clock.sleeps,
    warnings: context.lines.filter(({ level }) => level === 40),
  };
}

describe('a sweep', () => {
  it('deletes one after the other, with a pause between them and none before the first', async () => {
    const { deleted, left, sleeps, warnings } = await sweep(many('a', 3), { pauseMilliseconds: 700 });
    expect([deleted, left, sleeps, warnings]).toEqual([['s-0', 's-1', 's-2'], [], [700, 700], []]);
  });

  it('deletes no more than it may, and says whose are left', async () => {
    const { deleted, left, warnings } = await sweep(many('a', 3), { maxDeletions: 2 });
    expect([deleted, left]).toEqual([['s-0', 's-1'], ['s-2']]);
    expect(warnings).toMatchObject([{ left: 1, namespaces: { a: 1 } }]);
  });

  it('begins none whose pause would reach beyond the end', async () => {
    const pace = { takes: 1000, pauseMilliseconds: 500 };
    expect((await sweep(many('a', 5), { ...pace, end: 3000 })).deleted).toHaveLength(3);
    expect((await sweep(many('a', 5), { ...pace, end: 2999 })).deleted).toHaveLength(2);
    expect((await sweep(many('a', 5), { ...pace, end: 499 })).deleted).toEqual([]);
    expect((await sweep(many('a', 5), { ...pace, end: 500 })).deleted).toHaveLength(1);
  });

  it('goes on with earlier deletions between its own, and with all of them in the end', async () => {
    const { done } = await sweep(many('a', 2), { earlier: 5 });
    expect(done).toEqual(['earlier', 'a/s-0', 'earlier', 'a/s-1', 'earlier', 'earlier', 'earlier']);
    expect((await sweep([], { earlier: 2, end: 0 })).done).toEqual(['earlier']);
    expect((await sweep([], { earlier: 2, end: -1 })).done).toEqual([]);
  });

  it('tells what it could not delete from what it left alone, and goes on', async () => {
    const fails = (name: string) =>
      name === 's-0' ? new Error('no') : name === 's-1' ? new LeftAlone('held') : undefined;
    const { deleted, left, failed, skipped } = await sweep(many('a', 3), { fails });
    expect([deleted, left, failed, skipped]).toEqual([['s-2'], [], ['s-0'], ['s-1']]);
  });

  it('gives a namespace up after twenty that cannot be deleted, and no other', async () => {
    const fails = (name: string) => (name.startsWith('s') ? new Error('no') : undefined);
    const { deleted, failed, left } = await sweep([...many('a', 30), due('b', 'x')], { fails });
    expect([deleted, failed.length, left.length]).toEqual([['x'], 20, 10]);
    const fewer = await sweep([...many('a', 20), due('b', 'x')], { fails });
    expect([fewer.failed.length, fewer.left.length]).toEqual([20, 0]);
  });

  it('gives the namespaces turns', async () => {
    const { done } = await sweep([...many('a', 3), ...many('b', 2)]);
    expect(done.map((key) => key.slice(0, 1)).join('')).toMatch(/^(?:ababa|babaa)$/);
  });

  it('gives a namespace whose deletions take long fewer turns', async () => {
    const { done } = await sweep([...many('a', 2), ...many('b', 5)], { takes: 1000, slow: 'a' });
    expect(done.slice(0, 6).filter((key) => key.startsWith('b'))).toHaveLength(5);
  });
});

describe('a group that is due', () => {
  it('goes as a whole, and counts as all of its members', async () => {
    const { done, deleted } = await sweep([...many('a', 2, 'g'), due('a', 'x'), due('a', 'y')], {
      maxDeletions: 3,
    });
    expect(done).toEqual(['a/g-0+a/g-1', 'a/x']);
    expect(deleted).toEqual(['g-0', 'g-1', 'x']);
  });

  it('has its members go by themselves when it is gone', async () => {
    const { done } = await sweep(many('a', 2, 'g'), { isSplit: true });
    expect(done.toSorted()).toEqual(['a/g-0', 'a/g-1']);
  });

  it('makes its namespace wait for its next turn as long as it took to find out whether it is gone', async () => {
    const all = [...many('a', 2, 'g'), ...many('b', 5)];
    const { done } = await sweep(all, { isSplit: true, asking: 1000 });
    expect(done.map((key) => key.slice(0, 1)).join('')).toBe('bbbbbaa');
  });

  it('that is larger than what is left waits, and with it its namespace', async () => {
    const all = [due('a', 'x'), ...many('a', 2, 'g'), due('a', 'y')];
    const { deleted, left } = await sweep(all, { maxDeletions: 2 });
    expect([deleted, left]).toEqual([['x'], ['g-0', 'g-1', 'y']]);
  });

  it('that is larger than a run may delete goes alone', async () => {
    expect((await sweep(many('a', 5, 'g'), { maxDeletions: 3 })).deleted).toHaveLength(5);
    const beside = await sweep([...many('a', 5, 'g'), due('a', 'x')], { maxDeletions: 3 });
    expect(beside.deleted).toEqual(['x']);
  });

  it('that is larger than the share of its namespace waits until all others had theirs', async () => {
    const { done } = await sweep([...many('a', 3, 'g'), ...many('b', 2)], { maxDeletions: 5 });
    expect(done.at(0)).not.toContain('g-0');
    const large = await sweep([...many('a', 4, 'g'), ...many('b', 2)], { maxDeletions: 6 });
    expect(large.done).toEqual(['b/s-0', 'b/s-1', 'a/g-0+a/g-1+a/g-2+a/g-3']);
    const small = await sweep([...many('a', 3, 'g'), ...many('b', 3)], { maxDeletions: 6 });
    expect(small.done).toHaveLength(4);
    expect(small.done.slice(0, 2)).toContain('a/g-0+a/g-1+a/g-2');
  });

  it('of which nobody can tell whether it is there fails as a whole, and nothing of it is deleted', async () => {
    const all = [...many('a', 2, 'g'), due('a', 'x')];
    const { failed, deleted } = await sweep(all, { isUnknown: true });
    expect([failed, deleted]).toEqual([['g-0', 'g-1'], ['x']]);
  });

  it('fails as a whole', async () => {
    const fails = (name: string) => (name === 'g-1' ? new Error('no') : undefined);
    const { failed, left, deleted } = await sweep([...many('a', 2, 'g'), due('a', 'x')], { fails });
    expect([failed, left, deleted]).toEqual([['g-0', 'g-1'], [], ['x']]);
  });
});

describe('marks', () => {
  it('that would begin after the end are left for the next run', async () => {
    const context = testContext(new FakeKube());
    const marks = many('a', 2).map((one) => ({ ...one, mark: true }));
    const at = { today: '2026-11-20', timeZone: 'UTC' };
    const marked = await carryOutMarks(marks, { ...at, end: 0 }, context);
    expect(marked).toEqual({ marked: [], failed: [], skipped: [] });
    expect(context.lines).toMatchObject([{ left: 2, namespaces: { a: 2 } }]);
  });
});
