import { expect, test } from 'vitest';
import { ageOf, humanDuration } from '../../../../scripts/sandbox/tables/human-duration.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

// Most are the cases of `duration_test.go` of apimachinery.
test.each([
  [-2 * second, '<invalid>'],
  [-2 * second + 1, '0s'],
  [0, '0s'],
  [second - 1, '0s'],
  [second, '1s'],
  [2 * minute - 1, '119s'],
  [2 * minute, '2m'],
  [2 * minute + second, '2m1s'],
  [10 * minute - 1, '9m59s'],
  [10 * minute, '10m'],
  [10 * minute + second, '10m'],
  [3 * hour - 1, '179m'],
  [3 * hour, '3h'],
  [3 * hour + minute, '3h1m'],
  [8 * hour - 1, '7h59m'],
  [8 * hour + minute, '8h'],
  [2 * day - 1, '47h'],
  [2 * day, '2d'],
  [2 * day + hour, '2d1h'],
  [8 * day - 1, '7d23h'],
  [8 * day + hour, '8d'],
  [2 * year - 1, '729d'],
  [2 * year, '2y'],
  [2 * year + 34 * day, '2y34d'],
  [8 * year - 1, '7y364d'],
  [8 * year + day, '8y'],
])('%d ms are %s', (milliseconds, expected) => {
  expect(humanDuration(milliseconds)).toBe(expected);
});

test('an age is counted from a timestamp, and unknown without one', () => {
  const now = new Date('2025-03-01T00:03:20Z');
  expect(ageOf('2025-03-01T00:00:00Z', now)).toBe('3m20s');
  expect(ageOf('2025-03-01T01:00:00+01:00', now)).toBe('3m20s');
  expect(ageOf(undefined, now)).toBe('<unknown>');
});
