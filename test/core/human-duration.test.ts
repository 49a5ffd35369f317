import { expect, it } from 'vitest';
import { humanDuration } from '../../src/core/human-duration.ts';

it.each([
  [0, '0ms'],
  [999, '999ms'],
  [1000, '1.0s'],
  [59_949, '59.9s'],
  [59_950, '1m0s'],
  [61_000, '1m1s'],
  [3_600_000, '1h0m0s'],
  [3_599_999, '1h0m0s'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(humanDuration(milliseconds)).toBe(text);
});
