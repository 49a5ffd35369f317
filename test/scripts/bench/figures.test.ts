import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { atLeastAsGood, isMeasured, timesTheFloor } from '../../../scripts/bench/figure.ts';
import { median } from '../../../scripts/bench/median.ts';
import { table } from '../../../scripts/bench/table.ts';
import { usageOfChildren } from '../../../scripts/bench/usage.ts';

describe('a figure', () => {
  const numbers = { bench: 'exec', ours: 2, peer: 1.9994, floor: 1, unit: 's', limit: 1 } as const;

  test('does not hold when the ratio only rounds to its limit', () => {
    expect(atLeastAsGood(numbers, 0.9997)).toMatchObject({ ratio: 1, holds: false });
  });

  test('holds at its limit exactly', () => {
    expect(atLeastAsGood(numbers, 1).holds).toBe(true);
    expect(timesTheFloor({ ...numbers, limit: 2 })).toMatchObject({ ratio: 2, holds: true });
    expect(timesTheFloor({ ...numbers, limit: 1.999 }).holds).toBe(false);
  });
});

test('a figure whose floor was not measured is none', () => {
  const numbers = { bench: 'exec', ours: 2, peer: 2, floor: 1, unit: 's', limit: 3 } as const;
  expect(isMeasured(timesTheFloor(numbers))).toBe(true);
  for (const floor of [0, Number.NaN]) expect(isMeasured(timesTheFloor({ ...numbers, floor }))).toBe(false);
});

test('the median of an even number of values is between the two in the middle', () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(median([9, 1, 2, 4])).toBe(3);
});

test('a table aligns its first column to the left and the others to the right', () => {
  const rows = [
    ['ours', 1.5],
    ['kubectl exec', 12],
  ];
  expect(table(['what', 's'], rows).split('\n')).toEqual([
    '  what              s',
    '  -------------------',
    '  ours           1.50',
    '  kubectl exec  12.00',
    '',
  ]);
});

test.runIf(process.platform === 'linux')(
  'what a child wrote to /dev/null is counted when it has ended',
  () => {
    const before = usageOfChildren().writtenBytes;
    spawnSync('head', ['-c', '3000000', '/dev/zero'], { stdio: 'ignore' });
    const written = usageOfChildren().writtenBytes - before;
    expect(written).toBeGreaterThanOrEqual(3_000_000);
  },
);
