import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CronSchedule } from '../../../src/core/cron/cron-schedule.ts';
import { cronFields } from '../../../src/core/cron/fields.ts';

/** The first times after a moment, as the golden table has them. */
function timesAfter(from: string, schedule: string, timeZone: string, count: number): string[] {
  const cron = new CronSchedule(cronFields(schedule), timeZone);
  const times: string[] = [];
  let last = Date.parse(from);
  while (times.length < count) {
    const next = cron.next(last);
    if (next === undefined) return [...times, 'none'];
    times.push(`${new Date(next).toISOString().slice(0, 16)}Z`);
    last = next;
  }
  return times;
}

describe('a schedule', () => {
  const golden = readFileSync(join(import.meta.dirname, 'golden.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t') as [zone: string, from: string, schedule: string, times: string]);

  test.for([...Map.groupBy(golden, ([zone, from]) => `${zone} from ${from}`)])(
    "comes when the CronJob controller's library says, in %s",
    ([, lines]) => {
      const ours = lines.map(([zone, from, schedule]) => [
        schedule,
        timesAfter(from, schedule, zone, 7).join(' '),
      ]);
      expect(ours).toEqual(lines.map(([, , schedule, times]) => [schedule, times.trim()]));
    },
  );

  test('is left out by a night that skips its hour, and comes twice in one that repeats it', () => {
    expect(timesAfter('2027-03-27T12:00:00Z', '30 2 * * *', 'Europe/Vienna', 1)).toEqual([
      '2027-03-29T00:30Z',
    ]);
    expect(timesAfter('2027-10-30T12:00:00Z', '30 2 * * *', 'Europe/Vienna', 2)).toEqual([
      '2027-10-31T00:30Z',
      '2027-10-31T01:30Z',
    ]);
  });

  test('comes on the day after one that a zone never had', () => {
    expect(timesAfter('2011-12-29T20:00:00Z', '0 2 * * sun', 'Pacific/Apia', 1)).toEqual([
      '2011-12-31T12:00Z',
    ]);
  });

  test.for(['0 0 30 2 *', '0 0 31 4,6 *'])('that never comes has no next time: %s', (schedule) => {
    expect(new CronSchedule(cronFields(schedule), 'UTC').next(0)).toBeUndefined();
  });

  test.for([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 7',
    '5-1 * * * *',
    '*/0 * * * *',
    '1-2-3 * * * *',
    '1/2/3 * * * *',
    '-1 * * * *',
    'x * * * *',
    '* * * jan-foo *',
    '@reboot',
    '@every 1h',
    'TZ=UTC * * * * *',
    '2026-11-20T00:00:00',
  ])("that is none throws: '%s'", (schedule) => {
    expect(() => cronFields(schedule)).toThrow(TypeError);
  });

  test.for([
    ['? ? ? ? ?', '* * * * *'],
    ['5/15 * * * *', '5-59/15 * * * *'],
    ['0 0 * JAN-Mar Sun,tue', '0 0 * 1,2,3 0,2'],
    ['@weekly', '0 0 * * 0'],
    [' 0  0 1 * *', '@monthly'],
  ] as const)("'%s' is '%s'", ([one, other]) => {
    expect(cronFields(one)).toEqual(cronFields(other));
  });
});

test('a zone that there is not is an error, and not waited for without an end', () => {
  expect(() => new CronSchedule(cronFields('0 4 * * *'), 'Mars/Olympus')).toThrow(/Mars\/Olympus/);
});
