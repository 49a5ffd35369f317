import { expect, it } from 'vitest';
import { allOrPartial } from '../../../src/snapshots/bulk/all-or-partial.ts';
import { undoneOf } from '../../../src/snapshots/bulk/in-parallel.ts';
import { countsOf, whatFailed, whose } from '../../../src/snapshots/bulk/whose.ts';

const of = (counts: Record<string, number>) =>
  Object.entries(counts).flatMap(([namespace, count]) =>
    Array.from({ length: count }, () => ({ namespace })),
  );

it.each<[Record<string, number>, string]>([
  [{ a: 1 }, 'a (1)'],
  [{ a: 1, b: 3, c: 2 }, 'b (3), c (2), a (1)'],
  [{ a: 1, b: 1, c: 1, d: 1, e: 1 }, 'a (1), b (1), c (1), d (1), e (1)'],
  [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 2 }, 'f (2), a (1), b (1), c (1), d (1) and 1 other namespace'],
  [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }, 'a (1), b (1), c (1), d (1), e (1) and 2 other namespaces'],
])('of whom snapshots are is said in a few words: %o', (counts, words) => {
  expect(whose(of(counts))).toBe(words);
  expect(countsOf(of(counts))).toEqual(counts);
});

it('what was not done is told apart by whose doing that is', () => {
  const miss = (name: string, isOwnDoing: boolean) => ({ namespace: 'shop', name, error: 'no', isOwnDoing });
  const failure = (name: string) => ({ namespace: 'shop', name, error: 'no' });
  const others = { failed: [failure('c')], skipped: [failure('d')] };
  const misses = [miss('a', true), miss('b', false)];
  expect(undoneOf(misses)).toEqual({ failed: [failure('b')], skipped: [failure('a')] });
  expect(undoneOf(misses, others)).toEqual({
    failed: [failure('c'), failure('b')],
    skipped: [failure('d'), failure('a')],
  });
});

it('what a person named is done, or an error says of which it is not', () => {
  const result = (...names: string[]) => ({
    namespace: 'shop',
    failed: names.map((name) => ({ namespace: 'shop', name, error: 'no' })),
  });
  const good = result();
  expect(allOrPartial(good, 'held')).toBe(good);
  expect(() => allOrPartial(result('a'), 'held')).toThrow(
    "One snapshot in namespace 'shop' could not be held: 'a'; the log says why",
  );
  expect(() => allOrPartial(result('a', 'b'), 'held')).toThrow("2 snapshots in namespace 'shop'");
});

it.each([
  [[2, 1], '2 snapshots could not be changed, and 1 namespace could not be read'],
  [[1, 0], '1 snapshot could not be changed'],
  [[0, 3], '3 namespaces could not be read'],
])('what failed is said of what there is: %j', ([snapshots = 0, namespaces = 0], words) => {
  expect(whatFailed([snapshots, 'snapshot', 'changed'], [namespaces, 'namespace', 'read'])).toBe(words);
});
