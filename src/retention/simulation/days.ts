import { TZDate } from '@date-fns/tz/date';
import { add } from 'date-fns/add';
import type { Span } from './formats.ts';

/** A day of the calendar, and when it begins and is over by the clocks of a zone. */
export interface CalendarDay {
  /** YYYY-MM-DD */
  readonly date: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** The days from the first one on, for as long as the span; at least one. */
export function daysOf(first: string, { amount, unit }: Span, timeZone: string): CalendarDay[] {
  const utc = new TZDate(`${first}T00:00:00Z`, 'UTC');
  const count = Math.round((add(utc, { [unit]: amount }).getTime() - utc.getTime()) / dayMilliseconds);
  let end = startOf(first, timeZone);
  return Array.from({ length: count }, (_, index) => {
    const start = end;
    end = startOf(later(first, index + 1), timeZone);
    return { date: later(first, index), start, end };
  });
}

const dayMilliseconds = 24 * 60 * 60_000;

function later(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMilliseconds).toISOString().slice(0, 10);
}

/** Where clocks skip midnight, a day begins after that. */
function startOf(date: string, timeZone: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new TZDate(year, month - 1, day, timeZone).getTime();
}
