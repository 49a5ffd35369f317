import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { daysIn, simulated } from './support.ts';
import { exhaustively, isExhaustive } from '../../support/exhaustive.ts';

/** Milliseconds that a property may take on a busy machine. */
const timeout = 60_000;

const from = { from: '2026-11-21' };

describe('the shape that a policy comes to', () => {
  it('is 7 days, 4 weeks and 12 months after two years of nights, and one that waits for its deletion', async () => {
    const result = await simulated(from);
    expect(daysIn(result, 'daily')).toEqual(
      ['20', '19', '18', '17', '16', '15', '14'].map((day) => `2028-11-${day}`),
    );
    expect(daysIn(result, 'weekly')).toEqual(['2028-11-20', '2028-11-13', '2028-11-06', '2028-10-30']);
    expect(daysIn(result, 'monthly')).toEqual([
      ...['11', '10', '09', '08', '07', '06', '05', '04', '03', '02', '01'].map(
        (month) => `2028-${month}-01`,
      ),
      '2027-12-01',
    ]);
    const others = result.snapshots.filter(({ tiers }) => tiers.length === 0);
    expect(others).toMatchObject([{ madeAt: '2028-10-23T04:30:00Z', deleteAfter: '2028-11-20' }]);
    expect(result).toMatchObject({ until: '2028-11-20', runs: 731, failed: 0, notes: [] });
  });

  it(
    'is as many days, weeks, months and years as the policy says, whatever it says, when there was time enough',
    async () => {
      // Without days, the newest backup would keep a label that the policy does not want.
      const daily = fc.integer({ min: 1, max: 5 });
      const wanted = fc.record({ daily, weekly: fc.nat(5), monthly: fc.nat(4), yearly: fc.nat(2) });
      await fc.assert(
        fc.asyncProperty(wanted, async (policy) => {
          const variables = Object.entries(policy).map(([tier, value]) => [
            `RETAIN_LAST_${tier.toUpperCase()}`,
            String(value),
          ]);
          const result = await simulated(from, Object.fromEntries(variables));
          for (const tier of ['daily', 'weekly', 'monthly', 'yearly'] as const) {
            expect({ tier, count: daysIn(result, tier).length }).toEqual({ tier, count: policy[tier] });
          }
        }),
        { numRuns: isExhaustive ? 8 : 3 },
      );
    },
    timeout,
  );

  it('has every backup by itself, and hours, when create labels them', async () => {
    const flags = { ...from, for: '10d', schedule: '0 * * * *', 'retain-schedule': '30 * * * *' };
    const counts = { RETAIN_KEEP_LAST: '3', RETAIN_LAST_HOURLY: '5', RETAIN_LAST_WEEKLY: '0' };
    const result = await simulated(flags, counts);
    const tiers = result.perTier.map(({ tier, keeps, count }) => `${tier} ${count} of ${keeps}`);
    expect(tiers).toEqual(['last 3 of 3', 'hourly 5 of 5', 'daily 7 of 7', 'monthly 1 of 12']);
    expect(result.notes).toEqual([
      'create gives last and hourly labels only with ⟪labelTiers⟫=last,hourly,daily,weekly,monthly',
    ]);
  });

  it('lacks a tier that the policy keeps and create does not label, and says so', async () => {
    const result = await simulated({ ...from, for: '60d', tiers: 'daily,monthly' });
    expect(daysIn(result, 'weekly')).toEqual([]);
    expect(result.perTier.find(({ tier }) => tier === 'weekly')).toMatchObject({ keeps: 4, count: 0 });
    expect(result.notes).toEqual([
      'The policy keeps weekly snapshots, but no backup is labelled so; add them to --tiers',
    ]);
  });
});

it('the newest backup stays when the policy keeps only months, as create labels days and weeks all the same', async () => {
  const counts = { RETAIN_LAST_DAILY: '0', RETAIN_LAST_WEEKLY: '0' };
  const result = await simulated({ ...from, for: '60d' }, counts);
  expect(result.snapshots[0]).toMatchObject({
    madeAt: '2027-01-19T04:30:00Z',
    tiers: ['daily'],
    deleteAfter: null,
  });
  expect(result.notes).toEqual([
    'There is a daily snapshot, of which the policy keeps none: the newest backup never loses its last label',
  ]);
});

describe('the days', () => {
  it(
    'are all without a gap in existence once there was a backup, whatever fails',
    async () => {
      const rate = fc.integer({ min: 0, max: 99 }).map((percent) => `${percent}%`);
      await fc.assert(
        fc.asyncProperty(
          rate,
          fc.nat(1000),
          fc.constantFrom('1', '2', '7'),
          async (failures, seed, daily) => {
            const flags = { ...from, for: '8m', failures, seed: String(seed) };
            const { days, lives } = await simulated(flags, {
              RETAIN_LAST_DAILY: daily,
              RETAIN_LAST_MONTHLY: '1',
            });
            const first = lives[0]?.madeAt.slice(0, 10) ?? '9999';
            const empty = days.filter(({ date, kept }) => kept === 0 && date >= first);
            expect(empty).toEqual([]);
          },
        ),
        { numRuns: isExhaustive ? 20 : 6 },
      );
    },
    timeout,
  );

  exhaustively.test('are those from the first to the last, also of a span of weeks or months', async () => {
    const last = async (span: string) =>
      (await simulated({ from: '2027-01-31', for: span })).days.at(-1)?.date;
    expect(await last('1d')).toBe('2027-01-31');
    expect(await last('2w')).toBe('2027-02-13');
    expect(await last('1m')).toBe('2027-02-27');
    expect(await last('1y')).toBe('2028-01-30');
  });

  it('begin with today in the zone when nobody says when', async () => {
    expect((await simulated({ for: '3d' }, { TZ: 'Pacific/Kiritimati' })).from).toBe('2026-11-20');
    expect((await simulated({ for: '3d' }, { TZ: 'America/New_York' })).from).toBe('2026-11-19');
  });

  it('on which clocks change have the backups that a CronJob makes, and are named', async () => {
    const flags = { ...from, for: '1y', schedule: '30 2 * * *' };
    const { days, notes } = await simulated(flags, { TZ: 'Europe/Vienna' });
    const others = days.filter(({ runs }) => runs !== 1).map(({ date, runs }) => [date, runs]);
    expect(others).toEqual([
      ['2027-03-28', 0],
      ['2027-10-31', 2],
    ]);
    expect(notes).toEqual([
      "The clocks of Europe/Vienna skip '30 2 * * *' on 2027-03-28: a CronJob makes no backup then, so choose another hour",
      "The clocks of Europe/Vienna repeat '30 2 * * *' on 2027-10-31: a CronJob makes that backup twice then, so choose another hour",
    ]);
  });

  it.each(['30 4 * * *', '0 * * * *', '30 3 * * *'])(
    'on which clocks change are not named for a schedule that they do not touch: %s',
    async (schedule) => {
      const { notes } = await simulated({ ...from, for: '1y', schedule }, { TZ: 'Europe/Vienna' });
      expect(notes).toEqual([]);
    },
    timeout,
  );

  it('have 23 hours and 25 hours where the clocks say so', async () => {
    const flags = { from: '2027-03-27', for: '3d', schedule: '0 * * * *' };
    const { days } = await simulated(flags, { TZ: 'Europe/Vienna' });
    expect(days.map(({ runs }) => runs)).toEqual([24, 23, 24]);
    const autumn = await simulated({ ...flags, from: '2027-10-30' }, { TZ: 'Europe/Vienna' });
    expect(autumn.days.map(({ runs }) => runs)).toEqual([24, 25, 24]);
  });
});

describe('failures', () => {
  it('are the same for the same seed, and others for another', async () => {
    const failed = async (seed: string) => await simulated({ ...from, for: '1y', failures: '10%', seed });
    expect(await failed('7')).toEqual(await failed('7'));
    expect((await failed('7')).lives).not.toEqual((await failed('8')).lives);
  });

  exhaustively.test('come about as often as they are said to', async () => {
    const { runs, failed } = await simulated({ ...from, failures: '0.2', for: '4y' });
    expect(failed / runs).toBeGreaterThan(0.17);
    expect(failed / runs).toBeLessThan(0.23);
  });

  it('of all backups leave nothing', async () => {
    const result = await simulated({ ...from, for: '60d', failures: '100%' });
    expect(result).toMatchObject({ runs: 60, failed: 60, snapshots: [], lives: [], peak: null });
    expect(result.greatestGap).toEqual({ atEnd: null, worst: null });
    expect(result.longestWithoutBackup).toBeNull();
    expect(result.days.every(({ kept, most }) => kept === 0 && most === 0)).toBe(true);
  });

  it('make the time without a new backup longer, up to the end', async () => {
    const { longestWithoutBackup, lives } = await simulated({
      ...from,
      for: '30d',
      failures: '60%',
      seed: '3',
    });
    const times = [...lives.map(({ madeAt }) => Date.parse(madeAt)), Date.parse('2026-12-21')];
    const longest = Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
    expect(longestWithoutBackup?.hours).toBeCloseTo(longest / 3_600_000, 1);
  });
});

describe('a change of the policy', () => {
  const change = '2027-02-01 daily=14,weekly=2; 2027-03-01 daily=3';

  it('takes effect on its day, and what is gone does not come back', async () => {
    const { days, policies } = await simulated({ ...from, for: '4m', change, tiers: 'daily' });
    const kept = (date: string) => days.find((day) => day.date === date)?.kept;
    // Seven, and one that waits to be deleted.
    expect(['2027-01-31', '2027-02-01', '2027-02-02', '2027-02-20'].map(kept)).toEqual([8, 8, 9, 15]);
    expect(['2027-02-28', '2027-03-01', '2027-03-02', '2027-03-03'].map(kept)).toEqual([15, 15, 4, 4]);
    expect(policies.map(({ from, policy }) => [from, policy.daily, policy.weekly])).toEqual([
      ['2026-11-21', 7, 4],
      ['2027-02-01', 14, 2],
      ['2027-03-01', 3, 2],
    ]);
  });

  it.each(['2026-11-20 daily=1', '2027-03-21 daily=1'])(
    'is refused outside of the simulation: %s',
    async (text) => {
      await expect(simulated({ ...from, for: '4m', change: text })).rejects.toThrow(
        /^The change of 202\d-\d\d-2\d \(--change\) is outside the simulation, which goes from 2026-11-21 to 2027-03-20; /,
      );
    },
  );
});

describe('facts', () => {
  it('of gaps are those of the days: at the end, at their worst, and when that was seen', async () => {
    const counts = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0' };
    const flags = { from: '2026-12-01', for: '64d', schedule: '0 2 1,2,3,20 * *' };
    const { greatestGap } = await simulated(flags, counts);
    const atEnd = { from: '2027-01-20T02:00:00Z', to: '2027-02-01T02:00:00Z', days: 12, hours: 288 };
    const worst = { from: '2026-12-03T02:00:00Z', to: '2026-12-20T02:00:00Z', days: 17, hours: 408 };
    expect(greatestGap).toEqual({ atEnd, worst: { ...worst, seenOn: '2026-12-20' } });
  });

  it('of the peak count what there was before the deletions of the day', async () => {
    const { peak, days } = await simulated({ ...from, for: '30d', tiers: 'daily' });
    expect(peak).toEqual({ count: 9, date: '2026-11-29' });
    expect(days.at(-1)).toMatchObject({ most: 9, kept: 8, oldest: '2026-12-13', newest: '2026-12-20' });
  });

  it('of lives tell until when a snapshot stood for each tier', async () => {
    const { lives } = await simulated({ ...from, for: '30d' });
    expect(lives[1]).toEqual({
      name: 'data-2026-11-22-043000-000002',
      madeAt: '2026-11-22T04:30:00Z',
      tiers: { daily: '2026-11-29T06:00:00Z' },
      deletedAt: '2026-11-30T07:00:00Z',
    });
    expect(lives[0]?.tiers).toEqual({
      daily: '2026-11-28T06:00:00Z',
      weekly: '2026-12-14T06:00:00Z',
      monthly: null,
    });
  });
});

it('many runs of few days are taken, and too many are refused in one sentence', async () => {
  const few = await simulated({ ...from, for: '3y', schedule: '* 12 1 1 *' });
  expect(few.runs).toBe(180);
  const run = simulated({ ...from, for: '6m', schedule: '* * * * *' });
  await expect(run).rejects.toThrow(
    "--schedule is '* * * * *', which comes about 260640 times from 2026-11-21 to 2027-05-20, and no more than 200000 are simulated; choose a rarer one, or a shorter time with --for",
  );
  await expect(run).rejects.toBeInstanceOf(UserError);
});

it('a stop is heard in the midst of it', async () => {
  const stop = AbortSignal.abort(new Error('stopped'));
  await expect(simulated({ ...from, for: '20y' }, {}, stop)).rejects.toThrow('stopped');
});
