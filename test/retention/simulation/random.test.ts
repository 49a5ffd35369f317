import { expect, it } from 'vitest';
import { seededFractions } from '../../../src/retention/simulation/random.ts';

function numbers(seed: number, count: number): number[] {
  const next = seededFractions(seed);
  return Array.from({ length: count }, () => next());
}

it('the same seed gives the same numbers, on every machine', () => {
  const [first, second, third] = numbers(1, 3);
  // Of mulberry32 as others have written it.
  expect([first, second, third]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
});

it('numbers are from 0 to 1, evenly, also of seeds beside each other', () => {
  const firsts = Array.from({ length: 10_000 }, (_, seed) => numbers(seed, 1)[0] ?? -1);
  for (const some of [numbers(2 ** 32 - 1, 10_000), firsts]) {
    const tenths = Map.groupBy(some, (number) => Math.floor(number * 10));
    expect(new Set(tenths.keys())).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    for (const { length } of tenths.values()) expect(Math.abs(length - 1000)).toBeLessThan(150);
  }
});
