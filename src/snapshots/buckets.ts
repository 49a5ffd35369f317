import { TZDate } from '@date-fns/tz/date';
import { addDays } from 'date-fns/addDays';
import { format } from 'date-fns/format';

/** The calendar values that the tier labels carry. */
export interface Buckets {
  /** YYYY-MM-DD */
  readonly daily: string;
  /** YYYY-wWW, ISO week and the year that week belongs to. */
  readonly weekly: string;
  /** YYYY-MM */
  readonly monthly: string;
}

export function bucketsOf(now: Date, timeZone: string): Buckets {
  const local = new TZDate(now, timeZone);
  return {
    daily: format(local, 'yyyy-MM-dd'),
    weekly: format(local, "RRRR-'w'II"),
    monthly: format(local, 'yyyy-MM'),
  };
}

const forms = {
  daily: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  weekly: /^\d{4}-w(0[1-9]|[1-4]\d|5[0-3])$/,
  monthly: /^\d{4}-(0[1-9]|1[0-2])$/,
} as const;

/** Whether a label's value is one that a snapshot made until `today` can have; such values sort as the calendar does. */
export function isBucket(tier: keyof Buckets, value: string, today: Buckets): boolean {
  return forms[tier].test(value) && value <= today[tier];
}

/** Whether it is a day of the calendar, as YYYY-MM-DD. */
export function isCalendarDate(value: string): boolean {
  if (!forms.daily.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

/** YYYY-MM-DD in the zone, `days` after `now`. */
export function calendarDate(now: Date, timeZone: string, days = 0): string {
  return format(addDays(new TZDate(now, timeZone), days), 'yyyy-MM-dd');
}

/** YYYY-MM-DD-HHMMSS in the zone. */
export function timestamp(now: Date, timeZone: string): string {
  return format(new TZDate(now, timeZone), 'yyyy-MM-dd-HHmmss');
}
