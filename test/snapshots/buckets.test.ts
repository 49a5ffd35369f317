import { format } from 'date-fns/format';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, calendarDate, isBucket, isCalendarDate, timestamp } from '../../src/snapshots/buckets.ts';
import { tiers } from '../../src/snapshots/tiers.ts';
import { instant, labelValuePattern, timeZone } from '../support/kubernetes-names.ts';

function dateIn(zone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return parts.format(now);
}

/** As date-fns has it, of noon on the bare calendar date. */
function isoWeek(date: string): string {
  return format(new Date(`${date}T12:00:00`), "RRRR-'w'II");
}

function daysLater(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

describe('buckets', () => {
  it.each([
    ['2027-01-01', '2026-w53'],
    ['2027-01-03', '2026-w53'],
    ['2027-01-04', '2027-w01'],
    ['2024-12-30', '2025-w01'],
    ['2023-01-01', '2022-w52'],
    ['2026-12-31', '2026-w53'],
    ['2026-01-01', '2026-w01'],
  ])('of %s are in the ISO week %s', (date, week) => {
    const { daily, weekly, monthly } = bucketsOf(new Date(`${date}T12:00:00Z`), 'UTC');
    expect({ daily, weekly, monthly }).toEqual({ daily: date, weekly: week, monthly: date.slice(0, 7) });
  });

  it.each([
    ['Pacific/Kiritimati', '2027-01-01', '2026-w53', '2027-01'],
    ['Europe/Vienna', '2026-12-31', '2026-w53', '2026-12'],
    ['Pacific/Pago_Pago', '2026-12-30', '2026-w53', '2026-12'],
  ])('in %s are of the day it is there', (zone, daily, weekly, monthly) => {
    expect(bucketsOf(new Date('2026-12-31T10:30:00Z'), zone)).toMatchObject({ daily, weekly, monthly });
  });

  it.each([
    ['2026-03-29T00:59:59Z', '2026-03-29-015959'],
    ['2026-03-29T01:00:00Z', '2026-03-29-030000'],
    ['2026-10-25T00:30:00Z', '2026-10-25-023000'],
    ['2026-10-25T01:30:00Z', '2026-10-25-023000'],
    ['2026-10-25T23:00:00Z', '2026-10-26-000000'],
  ])('follow the clocks in Vienna at %s', (now, local) => {
    expect(timestamp(new Date(now), 'Europe/Vienna')).toBe(local);
    expect(bucketsOf(new Date(now), 'Europe/Vienna').daily).toBe(local.slice(0, 10));
  });

  it('match their formats and are valid label values, at any time in any zone', () => {
    fc.assert(
      fc.property(instant, timeZone, (now, zone) => {
        const { daily, weekly, monthly } = bucketsOf(now, zone);
        expect(daily).toMatch(/^\d{4}-\d\d-\d\d$/);
        expect(weekly).toMatch(/^\d{4}-w(0[1-9]|[1-4]\d|5[0-3])$/);
        expect(monthly).toMatch(/^\d{4}-(0[1-9]|1[0-2])$/);
        for (const bucket of [daily, weekly, monthly]) expect(bucket).toMatch(labelValuePattern);
      }),
    );
  });

  it("are those of the zone's calendar", () => {
    fc.assert(
      fc.property(instant, timeZone, (now, zone) => {
        const date = dateIn(zone, now);
        const calendar = {
          daily: date,
          weekly: isoWeek(date),
          monthly: date.slice(0, 7),
          yearly: date.slice(0, 4),
        };
        expect(bucketsOf(now, zone)).toMatchObject(calendar);
      }),
    );
  });

  it('of hours and moments are of UTC, so that no hour comes twice when the clocks go back', () => {
    const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((now) =>
      bucketsOf(new Date(now), 'Europe/Vienna'),
    );
    expect(twice.map(({ hourly }) => hourly)).toEqual(['2026-10-25T00Z', '2026-10-25T01Z']);
    expect(twice.map(({ last }) => last)).toEqual(['2026-10-25T003000Z', '2026-10-25T013000Z']);
  });

  it('are ones that a label can have until their moment, and not before', () => {
    fc.assert(
      fc.property(instant, timeZone, (now, zone) => {
        const buckets = bucketsOf(now, zone);
        const before = bucketsOf(new Date(now.getTime() - 366 * 86_400_000), zone);
        for (const tier of tiers) {
          expect(buckets[tier]).toMatch(labelValuePattern);
          expect(isBucket(tier, buckets[tier], buckets)).toBe(true);
          expect(isBucket(tier, buckets[tier], before)).toBe(false);
        }
      }),
    );
  });

  it('take offsets as zones', () => {
    expect(bucketsOf(new Date('2026-12-31T22:30:00Z'), '+01:45').daily).toBe('2027-01-01');
  });
});

it('a date of the calendar is one that comes back from a calendar as it was', () => {
  const padded = (least: number, most: number, length: number) =>
    fc.integer({ min: least, max: most }).map((number) => String(number).padStart(length, '0'));
  const date = fc.tuple(padded(1000, 9999, 4), padded(0, 13, 2), padded(0, 32, 2));
  fc.assert(
    fc.property(date, (parts) => {
      const value = parts.join('-');
      const day = new Date(`${value}T00:00:00Z`);
      const isReal = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
      expect(isCalendarDate(value)).toBe(isReal);
    }),
    { numRuns: 1000 },
  );
});

describe('a date some days ahead', () => {
  it("is that many days later on the zone's calendar, whatever the clocks do", () => {
    fc.assert(
      fc.property(instant, timeZone, fc.nat(400), (now, zone, days) => {
        expect(calendarDate(now, zone, days)).toBe(daysLater(dateIn(zone, now), days));
      }),
    );
  });

  it('is today without days', () => {
    expect(calendarDate(new Date('2026-11-20T23:30:00Z'), 'Europe/Vienna')).toBe('2026-11-21');
  });
});

describe('a value of a tier label', () => {
  const today = bucketsOf(new Date('2026-11-21T12:00:00Z'), 'UTC');

  it.each([
    ['daily', '2026-11-21'],
    ['daily', '2024-02-29'],
    ['weekly', '2026-w47'],
    ['weekly', '2020-w53'],
    ['weekly', '2015-w53'],
    ['monthly', '2026-11'],
    ['yearly', '2026'],
    ['hourly', '2026-11-21T12Z'],
    ['hourly', '2026-11-20T23Z'],
    ['last', '2026-11-21T120000Z'],
  ] as const)('of %s can be %s', (tier, value) => {
    expect(isBucket(tier, value, today)).toBe(true);
  });

  it.each([
    ['daily', '2026-02-31'],
    ['daily', '2025-02-29'],
    ['daily', '2026-11-22'],
    ['daily', '2026-11-2'],
    ['weekly', '2025-w53'],
    ['weekly', '2026-w00'],
    ['weekly', '2026-w48'],
    ['weekly', 'w47'],
    ['monthly', '2026-13'],
    ['monthly', '2026-00'],
    ['monthly', '2026-12'],
    ['yearly', '2027'],
    ['yearly', '26'],
    ['hourly', '2026-11-21T13Z'],
    ['hourly', '2026-11-20T24Z'],
    ['hourly', '2026-11-20T12'],
    ['hourly', '2026-02-30T12Z'],
    ['last', '2026-11-21T120001Z'],
    ['last', '2026-11-20T126000Z'],
    ['last', '2026-11-20T12Z'],
  ] as const)('of %s cannot be %s', (tier, value) => {
    expect(isBucket(tier, value, today)).toBe(false);
  });

  it('is a week of every day that there is', () => {
    const always = { ...today, weekly: '2100-w01' };
    fc.assert(
      fc.property(instant, (now) => {
        expect(isBucket('weekly', bucketsOf(now, 'UTC').weekly, always)).toBe(true);
      }),
    );
  });
});
