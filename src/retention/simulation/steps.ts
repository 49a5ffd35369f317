import { TZDate } from '@date-fns/tz/date';
import { CronSchedule } from '../../core/cron/cron-schedule.ts';
import { cronFields, type CronFields } from '../../core/cron/fields.ts';
import type { CalendarDay } from './days.ts';

/** What happens to the volume at a moment, in milliseconds since 1970. */
export interface Step {
  readonly at: number;
  readonly does: 'back up' | 'retain' | 'mark and delete';
}

/** In milliseconds since 1970; the end is no part of it. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** When a schedule comes, from the start on and before the end, on the clocks of the zone. */
export function timesOf(cron: string, timeZone: string, period: Period): Generator<number> {
  return timesOfFields(cronFields(cron), timeZone, period);
}

function* timesOfFields(fields: CronFields, timeZone: string, { start, end }: Period): Generator<number> {
  const schedule = new CronSchedule(fields, timeZone);
  let next = schedule.next(start - 1000);
  while (next !== undefined && next < end) {
    yield next;
    next = schedule.next(next);
  }
}

/**
 * About how often a schedule comes, when that is more than the limit. As fast for every minute as for every day: a day on
 * which clocks change counts as any other.
 */
export function countAbove(
  limit: number,
  cron: string,
  timeZone: string,
  { start, end }: Period,
): number | undefined {
  const fields = cronFields(cron);
  const perDay = fields.minutes.size * fields.hours.size;
  if (perDay * Math.ceil((end - start) / dayMilliseconds) <= limit) return undefined;
  const atNoon = { ...fields, minutes: new Set([0]), hours: new Set([12]) };
  const count = perDay * timesOfFields(atNoon, timeZone, { start, end }).toArray().length;
  return count > limit ? count : undefined;
}

const dayMilliseconds = 24 * 60 * 60_000;

/** The steps of each day, as they happen. Of the same moment, the backup comes first and the deletion last. */
export function stepsByDay(
  days: readonly CalendarDay[],
  steps: readonly Step[],
): (CalendarDay & { readonly steps: readonly Step[] })[] {
  const inOrder = steps.toSorted(
    (one, other) => one.at - other.at || order.indexOf(one.does) - order.indexOf(other.does),
  );
  let next = 0;
  return days.map((day) => {
    const first = next;
    while ((inOrder[next]?.at ?? Infinity) < day.end) next += 1;
    return { ...day, steps: inOrder.slice(first, next) };
  });
}

const order: readonly Step['does'][] = ['back up', 'retain', 'mark and delete'];

/** Days, YYYY-MM-DD, on which clocks change while a schedule would come. */
export interface ClockChanges {
  readonly skipped: readonly string[];
  readonly repeated: readonly string[];
}

/**
 * The days on which a CronJob leaves a time of the schedule out, and those on which it comes to one twice. Of one that
 * comes every hour none: it goes on from hour to hour.
 */
export function clockChanges(cron: string, timeZone: string, days: readonly CalendarDay[]): ClockChanges {
  const fields = cronFields(cron);
  if (fields.hours.size === 24) return { skipped: [], repeated: [] };
  const changes = days
    .filter(({ start, end }) => end - start !== dayMilliseconds)
    .map((day) => {
      const usual = { start: Date.parse(day.date), end: Date.parse(day.date) + dayMilliseconds };
      const expected = timesOfFields(fields, 'UTC', usual).map(wallIn('UTC')).toArray();
      const shown = timesOfFields(fields, timeZone, day).map(wallIn(timeZone)).toArray();
      const isSkipped = expected.some((time) => !shown.includes(time));
      return { date: day.date, isSkipped, isRepeated: new Set(shown).size < shown.length };
    });
  const datesOf = (which: 'isSkipped' | 'isRepeated') =>
    changes.filter((change) => change[which]).map(({ date }) => date);
  return { skipped: datesOf('isSkipped'), repeated: datesOf('isRepeated') };
}

/** HH:MM */
function wallIn(timeZone: string): (time: number) => string {
  return (time) => new TZDate(time, timeZone).toISOString().slice(11, 16);
}
