import { describe, expect, it } from 'vitest';
import { costOf, runsOutside, testsAt, type Baseline } from '../../../scripts/mutants/baselines.ts';
import { reportOf } from '../../../scripts/mutants/report.ts';

const baseline: Baseline = {
  state: 'passed',
  words: '',
  milliseconds: 1000,
  tests: [
    { id: 'a', milliseconds: 100, failed: false },
    { id: 'b', milliseconds: 600, failed: false },
  ],
  ran: { 'src/x.ts:0': [''], 'src/x.ts:3': ['', 'b'], 'src/x.ts:5': ['a'], 'src/x.ts:9': ['a', 'b'] },
};

describe('of a test file', () => {
  it('only the tests are asked about a function that run it', () => {
    expect(testsAt(baseline, ['src/x.ts:5', 'src/x.ts:any'])).toEqual(['a']);
    expect(testsAt(baseline, ['src/x.ts:5', 'src/x.ts:9'])).toEqual(['a', 'b']);
    expect(testsAt(baseline, ['src/x.ts:7'])).toEqual([]);
  });

  it('all tests are asked about what runs only outside of them', () => {
    expect(testsAt(baseline, ['src/x.ts:3'])).toEqual(['b']);
    expect(testsAt(baseline, ['src/x.ts:0'])).toBeUndefined();
  });

  it('any test may see what came of what runs outside of them', () => {
    expect(runsOutside(baseline, ['src/x.ts:3', 'src/x.ts:any'])).toBe(true);
    expect(runsOutside(baseline, ['src/x.ts:5', 'src/x.ts:7'])).toBe(false);
  });

  it('a part takes what its tests take, and what the file itself needs', () => {
    expect(costOf(baseline, ['a'])).toBe(400);
    expect(costOf(baseline, undefined)).toBe(1000);
    expect(costOf({ ...baseline, milliseconds: 600 }, ['a'])).toBe(100);
  });
});

describe('the report of mutants', () => {
  it('names the test files that could not be asked', () => {
    const text = reportOf([], ['test/x.test.ts  skipped']);
    expect(text).toMatch(/do not pass without a mutant:\ntest\/x\.test\.ts {2}skipped\n$/);
    expect(reportOf([], [])).not.toContain('Not asked');
  });
});
