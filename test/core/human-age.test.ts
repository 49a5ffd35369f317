import { expect, test } from 'vitest';
import { humanAge } from '../../src/core/human-age.ts';
import { humanDuration } from '../../scripts/sandbox/tables/human-duration.ts';

const now = new Date('2026-11-21T12:00:00Z');
const agesAt = (milliseconds: number) => humanAge(new Date(now.getTime() - milliseconds), now);

test.each([
  ['2026-11-21T12:00:02Z', '<invalid>'],
  ['2026-11-21T12:00:01Z', '0s'],
  ['2026-11-21T11:58:01Z', '119s'],
  ['2026-11-21T11:56:40Z', '3m20s'],
  ['2026-11-21T09:01:00Z', '179m'],
  ['2026-11-21T02:30:00Z', '9h'],
  ['2026-11-20T02:30:00Z', '33h'],
  ['2026-11-18T02:30:00Z', '3d9h'],
  ['2026-10-01T12:00:00Z', '51d'],
  ['2024-10-18T12:00:00Z', '2y34d'],
])('a snapshot of %s is %s old at noon of the 21st', (since, expected) => {
  expect(humanAge(new Date(since), now)).toBe(expected);
});

test('it has the words of the API server for every age', () => {
  for (let seconds = -5; seconds < 20 * 365 * 86_400; seconds = Math.ceil(seconds * 1.01) + 1) {
    expect(agesAt(seconds * 1000)).toBe(humanDuration(seconds * 1000));
  }
});
