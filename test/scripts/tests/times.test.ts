import { describe, expect, test } from 'vitest';
import { slowest, timeProblem } from '../../../scripts/tests/times.ts';
import { spread } from '../../../scripts/tests/spread.ts';
import { untestedLines } from '../../../scripts/tests/untested.ts';

describe('how long npm test may take', () => {
  test.each([
    { seconds: 300, units: [1.8], why: 'in time' },
    { seconds: 301, units: [1.8], why: 'npm test took 301 s, and may take 300 s' },
    // A quick machine has no less time, and a slow one more, by what it was before and after.
    { seconds: 300, units: [0.5], why: 'in time' },
    { seconds: 600, units: [3, 4.2], why: 'in time' },
    { seconds: 601, units: [3, 4.2], why: 'may take 600 s' },
    { seconds: Number.NaN, units: [1.8], why: 'not known' },
    { seconds: 10, units: [], why: 'not known' },
  ])('$seconds s where the unit is $units', ({ seconds, units, why }) => {
    expect(timeProblem(seconds, units) ?? 'in time').toContain(why);
  });
});

test('the slowest files of several reports come first', () => {
  const report = (...times: readonly [string, number][]) => ({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    testResults: times.map(([name, seconds]) => ({ name, startTime: 1000, endTime: 1000 + seconds * 1000 })),
  });
  expect(slowest([report(['a', 1], ['b', 3]), report(['c', 2])], 2)).toEqual([
    { name: 'b', seconds: 3 },
    { name: 'c', seconds: 2 },
  ]);
});

describe('a sample of a list', () => {
  const list = Array.from({ length: 10 }, (_, index) => index);

  test('has the first, the last, and others between, in their order', () => {
    expect(spread(list, 4)).toEqual([0, 3, 6, 9]);
    expect(spread(list, 2)).toEqual([0, 9]);
    expect(spread(list, 1)).toEqual([0]);
  });

  test('is the whole list where that is short, and has nothing twice', () => {
    for (let count = 1; count <= 12; count++) {
      const some = spread(list, count);
      expect(new Set(some).size).toBe(Math.min(count, list.length));
    }
    expect(spread([], 3)).toEqual([]);
  });
});

describe('the last lines of npm test', () => {
  test('say nothing when all was tested', () => {
    expect(untestedLines([], [])).toEqual([]);
  });

  test('name the files with their tests that were skipped, and the packages that would bring them', () => {
    const missing = [
      { what: 'MariaDB', packages: ['mariadb-server-core', 'mariadb-client'] },
      { what: 'a Pushgateway', packages: ['prometheus-pushgateway'] },
    ];
    expect(untestedLines(['a.test.ts', 'b.test.ts', 'a.test.ts'], missing)).toEqual([
      'Not tested: 3 tests of a.test.ts (2), b.test.ts (1)',
      'Not tested here, as it is missing: MariaDB and a Pushgateway; with: apt-get install mariadb-server-core mariadb-client prometheus-pushgateway',
    ]);
  });
});
