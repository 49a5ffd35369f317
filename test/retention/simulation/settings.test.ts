import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src/settings/read.ts';
import { simulateSettings } from '../../../src/retention/simulation/settings.ts';
import { calendarDay, cronSchedule, failureRate, span } from '../../../src/retention/simulation/formats.ts';
import { sourcesOf } from '../../settings/sources.ts';

const read = (flags: Record<string, string> = {}, environment: Record<string, string> = {}) =>
  readSettings(simulateSettings, sourcesOf(environment, flags)).settings;

describe('a schedule', () => {
  it.each(['30 2 * * *', '0 0 29 2 *', '*/10 8-18 * * MON-FRI', '5/15 * * * *', '0 0 ? * *', '@daily'])(
    "can be '%s', as in a CronJob",
    (text) => {
      expect(cronSchedule.parse(text)).toEqual({ value: text });
    },
  );

  it.each([
    '',
    '* * * *',
    '0 0 0 * * *',
    '0 24 * * *',
    '0 0 30 2 *',
    '2026-11-21T00:00:00',
    '@reboot',
    'daily',
  ])("is not '%s'", (text) => {
    expect(cronSchedule.parse(text)).toEqual({
      expected: "a schedule as a CronJob has it, such as '30 4 * * *'",
    });
  });
});

describe('a span', () => {
  it.each([
    ['30d', { amount: 30, unit: 'days' }],
    ['26w', { amount: 26, unit: 'weeks' }],
    ['18m', { amount: 18, unit: 'months' }],
    ['20y', { amount: 20, unit: 'years' }],
    ['7305d', { amount: 7305, unit: 'days' }],
  ])('of the calendar is %s', (text, value) => {
    expect(span.parse(text)).toEqual({ value });
  });

  it.each(['', '2', 'y', '0d', '21y', '241m', '7306d', '1y6m', '2 y', '-1d', '1.5y', '1h'])(
    "is not '%s'",
    (text) => {
      expect(span.parse(text)).toMatchObject({
        expected: expect.stringContaining('at most 20 years') as string,
      });
    },
  );
});

describe('a rate of failures', () => {
  it.each([
    ['5%', 0.05],
    ['0.05', 0.05],
    ['2.5%', 0.025],
    ['100%', 1],
    ['1', 1],
    ['0', 0],
  ])('%s is %s', (text, value) => {
    expect(failureRate.parse(text)).toEqual({ value });
  });

  it.each(['', '5', '101%', '1.1', '-1%', '%', '.5', '5 %', 'often'])("is not '%s'", (text) => {
    expect(failureRate.parse(text)).toEqual({ expected: 'a part of all backups, such as 5% or 0.05' });
  });
});

it.each(['2026-02-29', '2026-13-01', '1999-12-31', '2200-01-01', '21.11.2026', '2026-1-1', ''])(
  "a day of the calendar is not '%s'",
  (text) => {
    expect(calendarDay.parse(text)).toHaveProperty('expected');
  },
);

describe('changes', () => {
  it('are whole policies from their days on, the earliest first, each built on the one before', () => {
    const change = '2028-01-01 yearly=5; 2027-03-01 daily=14, monthly=24';
    const { policy, changes } = read({ change }, { RETAIN_LAST_WEEKLY: '8' });
    expect(policy).toEqual({ last: 0, hourly: 0, daily: 7, weekly: 8, monthly: 12, yearly: 0 });
    expect(changes).toEqual([
      { from: '2027-03-01', policy: { ...policy, daily: 14, monthly: 24 } },
      { from: '2028-01-01', policy: { ...policy, daily: 14, monthly: 24, yearly: 5 } },
    ]);
  });

  it.each([
    [
      '2027-02-30 daily=1',
      "such as '2027-03-01 daily=14,monthly=24', with ';' between several; '2027-02-30 daily=1' is not",
    ],
    ['2027-03-01', "'2027-03-01' is not"],
    ['2027-03-01 daily=1;', "'' is not"],
    ['daily=1', "'daily=1' is not"],
    ['2027-03-01 dayly=1', "'dayly' is not a tier, did you mean daily?"],
    ['2027-03-01 daily=1; 2027-03-01 weekly=1', 'each day once'],
  ])("are not '%s'", (change, words) => {
    expect(() => read({ change })).toThrow(words);
  });

  it('by which nothing would be kept are refused, as is such a policy', () => {
    const none = 'daily=0,weekly=0,monthly=0';
    expect(() => read({ change: `2027-03-01 ${none}; 2027-04-01 daily=1` })).toThrow(
      'After the change of 2027-03-01 (--change) all counts are 0',
    );
    expect(() => read({ change: `2027-03-01 ${none},yearly=1` })).not.toThrow();
    const zeros = { RETAIN_LAST_DAILY: '0', RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0' };
    expect(() => read({}, zeros)).toThrow('are all 0, so nothing would be kept');
  });
});

it('the counts of a CronJob of retain are read, and what it has besides does not disturb', () => {
  const environment = {
    RETAIN_KEEP_LAST: '3',
    RETAIN_DRY_RUN: 'true',
    TZ: 'Europe/Vienna',
    BAK_PVC_NAME: 'data',
  };
  const settings = read({ RETAIN_LAST_DAILY: '10' }, environment);
  expect(settings.policy).toMatchObject({ last: 3, daily: 10, weekly: 4 });
  expect(settings.timeZone).toBe('Europe/Vienna');
});

it('everything that is wrong is said at once, by the words of the command line', () => {
  const flags = { schedule: 'never', for: 'ever', from: 'now', failures: 'some', seed: '-1', tiers: 'all' };
  const sentences = Object.entries(flags).map(([name, text]) => `--${name} is '${text}'; it must be [^\n]+`);
  expect(() => read(flags)).toThrow(new RegExp(`^${sentences.join('\n')}$`));
});
