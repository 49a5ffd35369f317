import { cronOf } from '../../cron.ts';
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
export function* timesOf(cron: string, timeZone: string, { start, end }: Period): Generator<number> {
  const schedule = cronOf(cron, timeZone);
  let last = new Date(start - 1000);
  for (;;) {
    const next = schedule.nextRun(last);
    if (next === null || next.getTime() >= end) return;
    yield next.getTime();
    last = next;
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
  const [minute = '', hour = '', ...date] = cronOf(cron, timeZone).getPattern()?.trim().split(/\s+/) ?? [];
  const aDay = timesOf(`${minute} ${hour} * * *`, 'UTC', { start: 0, end: dayMilliseconds });
  const perDay = aDay.toArray().length;
  if (perDay * Math.ceil((end - start) / dayMilliseconds) <= limit) return undefined;
  const days = timesOf(['0', '12', ...date].join(' '), timeZone, { start, end });
  const count = perDay * days.toArray().length;
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

/**
 * Those of the times at which the schedule does not really come, as clocks skip the hour: here they come right after, but
 * a CronJob leaves them out (https://github.com/robfig/cron/blob/v3.0.1/doc.go, "Time zones").
 */
export function skippedByClocks(cron: string, timeZone: string, times: readonly number[]): number[] {
  if (timeZone === 'UTC') return [];
  const schedule = cronOf(cron, timeZone);
  return times.filter((time) => !schedule.match(new Date(time)));
}
