import { TZDate } from '@date-fns/tz/date';
import { add } from 'date-fns/add';
import type { Span } from '../../settings/simulation-formats.ts';

/** A day of the calendar, and when it is over where the clocks are. */
export interface CalendarDay {
  /** YYYY-MM-DD */
  readonly date: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** The days from the first one on, for as long as the span; at least one. */
export function daysOf(first: string, { amount, unit }: Span, timeZone: string): CalendarDay[] {
  const start = new TZDate(`${first}T00:00:00Z`, 'UTC');
  const count = Math.round((add(start, { [unit]: amount }).getTime() - start.getTime()) / dayMilliseconds);
  return Array.from({ length: count }, (_, index) => {
    const date = later(first, index);
    return { date, start: startOf(date, timeZone), end: startOf(later(first, index + 1), timeZone) };
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
