import { describe, expect, it } from 'vitest';
import { policyChange, tierList } from '../../src/snapshots/tier-formats.ts';

describe('a list of tiers', () => {
  it('comes out with the shortest first, each once', () => {
    expect(tierList.parse('monthly, daily,daily')).toEqual({ value: ['daily', 'monthly'] });
  });

  it.each(['', 'dayly', 'daily,', 'daily;weekly', 'Daily'])("is not '%s'", (text) => {
    expect(tierList.parse(text)).toEqual({
      expected: 'tiers with commas between them, of last, hourly, daily, weekly, monthly, yearly',
    });
  });
});

describe('a change of a policy', () => {
  it('names the tiers in which it differs', () => {
    expect(policyChange.parse('daily=14, monthly=24,yearly=0')).toEqual({
      value: { daily: 14, monthly: 24, yearly: 0 },
    });
  });

  it.each([
    ['dayly=14', "'dayly' is not a tier, did you mean daily?"],
    ['daily=14,day=3', "'day' is not a tier, did you mean daily?"],
    ['daily=fourteen', "'daily=fourteen' is not"],
    ['daily=-1', "'daily=-1' is not"],
    ['daily=100001', "'daily=100001' is not"],
    ['daily=1,daily=2', "'daily=2' is not"],
    ['daily', "'daily' is not"],
    ['', "'' is not"],
    ['constructor=1', "'constructor' is not a tier"],
  ])("is not '%s'", (text, words) => {
    const parsed = policyChange.parse(text);
    expect(parsed).toEqual({ expected: expect.stringContaining(words) as string });
    expect('expected' in parsed && parsed.expected).toContain('such as daily=14,monthly=24');
  });
});
