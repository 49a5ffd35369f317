import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/snapshots/bulk/turns.ts';

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });

function itemsOf(counts: readonly number[]) {
  return counts.flatMap((count, namespace) =>
    Array.from({ length: count }, (_, index) => ({ namespace: `n${namespace}`, index })),
  );
}

const turnsOf = (counts: readonly number[], start: number) =>
  new Turns(itemsOf(counts), ({ namespace }) => namespace, start);

describe('the turns of namespaces', () => {
  it('give each item out once, and those of a namespace in their order', () => {
    fc.assert(
      fc.property(sizes, share, (counts, start) => {
        const turns = turnsOf(counts, start);
        const given: { namespace: string; index: number }[] = [];
        for (let turn = turns.next(); turn; turn = turns.next()) given.push(turn.item);
        const byName = given.toSorted((one, other) =>
          one.namespace < other.namespace ? -1 : one.namespace === other.namespace ? 0 : 1,
        );
        expect(byName).toEqual(itemsOf(counts));
      }),
    );
  });

  it('cost a namespace as many as what is done in one of them', () => {
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 29 }), (start, count) => {
        const turns = turnsOf([30, 30], start);
        const first = turns.next()?.namespace ?? '';
        turns.spent(first, 0, count);
        for (let turn = 0; turn < count; turn += 1) expect(turns.next()?.namespace).not.toBe(first);
      }),
    );
  });

  it('give out first what is put there', () => {
    fc.assert(
      fc.property(sizes, share, (counts, start) => {
        const turns = turnsOf(counts, start);
        const { item, namespace } = turns.next()!;
        turns.putFirst(namespace, [item, item]);
        const given: unknown[] = [];
        for (let turn = turns.next(); turn; turn = turns.next()) {
          if (turn.namespace === namespace) given.push(turn.item);
        }
        const own = itemsOf(counts).filter((one) => one.namespace === namespace);
        expect(given).toEqual([own[0], ...own]);
      }),
    );
  });

  it('give each namespace its share of the first turns, however many items another has', () => {
    fc.assert(
      fc.property(sizes, share, fc.integer({ min: 1, max: 100 }), (counts, start, count) => {
        const turns = turnsOf(counts, start);
        const had = counts.map(() => 0);
        for (let turn = 0; turn < count; turn += 1) {
          const namespace = turns.next()?.namespace;
          if (namespace !== undefined) had[Number(namespace.slice(1))]! += 1;
        }
        const least = Math.floor(count / counts.length);
        const shares = counts.map((size) => Math.min(size, least));
        expect(had.every((number, index) => number >= shares[index]!)).toBe(true);
      }),
    );
  });

  it('give one whose turns last long as much time as the others, not as many turns', () => {
    const turns = turnsOf([30, 1000], 0);
    let slow = 0;
    for (let turn = 0; turn < 600; turn += 1) {
      const { namespace } = turns.next() as { namespace: string };
      if (namespace === 'n0') slow += 1;
      turns.spent(namespace, namespace === 'n0' ? 20_000 : 3);
    }
    expect(slow).toBe(3);
  });

  it('give a namespace no more when it was given up', () => {
    const turns = turnsOf([3, 1], 0);
    turns.giveUp('n0');
    expect([turns.next()?.namespace, turns.next()]).toEqual(['n1', undefined]);
  });
});
