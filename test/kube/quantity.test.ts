import { expect, test } from 'vitest';
import { parseQuantity } from '../../src/kube/quantity.ts';

test.each([
  ['0', 0],
  ['20Gi', 20 * 2 ** 30],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['600M', 600_000_000],
  ['1k', 1000],
  ['128974848', 128_974_848],
  ['129e6', 129_000_000],
  ['129E6', 129_000_000],
  ['1E', 1e18],
  ['2Ei', 2 * 2 ** 60],
  ['.5Ki', 512],
  ['5.', 5],
  ['+5', 5],
  ['123Mi', 128_974_848],
])('%s is %d', (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test.each([
  ['100m', 1],
  ['1.5', 2],
  ['0.1Gi', 107_374_183],
  ['1500e-3', 2],
  ['1n', 1],
])('%s is not a whole number, and is rounded up to %d', (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test('a sum that floating point cannot hold is exact', () => {
  expect(parseQuantity('9007199.254740991G')).toBe(Number.MAX_SAFE_INTEGER);
});

test.each([
  '',
  '.',
  'Gi',
  '1 Gi',
  '1gi',
  '1KI',
  '1Ki5',
  '-1',
  '1e',
  '1e999',
  '0x10',
  '1,5Gi',
  '1e3Ki',
  'many',
])('%j is not a size', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
