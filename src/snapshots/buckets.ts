import { TZDate } from '@date-fns/tz/date';
import { addDays } from 'date-fns/addDays';
import { format } from 'date-fns/format';

const dayMilliseconds = 24 * 60 * 60_000;

/** The calendar values that the tier labels carry. Hours and moments are of UTC: clocks that go back have none twice. */
export interface Buckets {
  /** YYYY-MM-DDTHHMMSSZ: the moment itself, so that each backup has one of its own. */
  readonly last: string;
  /** YYYY-MM-DDTHHZ */
  readonly hourly: string;
  /** YYYY-MM-DD */
  readonly daily: string;
  /** YYYY-wWW, ISO week and the year that week belongs to. */
  readonly weekly: string;
  /** YYYY-MM */
  readonly monthly: string;
  /** YYYY */
  readonly yearly: string;
}

export function bucketsOf(now: Date, timeZone: string): Buckets {
  const daily = format(new TZDate(now, timeZone), 'yyyy-MM-dd');
  const utc = now.toISOString();
  return {
    last: `${utc.slice(0, 19).replaceAll(':', '')}Z`,
    hourly: `${utc.slice(0, 13)}Z`,
    daily,
    weekly: isoWeek(daily),
    monthly: daily.slice(0, 7),
    yearly: daily.slice(0, 4),
  };
}

/** The week is of the year of its Thursday. Reckoned on the bare date: a zone asks its clocks for each of some dozen steps. */
function isoWeek(date: string): string {
  const thursday = new Date(`${date}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / dayMilliseconds / 7) + 1;
  return `${year}-w${String(week).padStart(2, '0')}`;
}

/** Whether a label's value is one that a snapshot made until `today` can have; such values sort as the calendar does. */
export function isBucket(tier: keyof Buckets, value: string, today: Buckets): boolean {
  return isOfCalendar[tier](value) && value <= today[tier];
}

const isOfCalendar: Readonly<Record<keyof Buckets, (value: string) => boolean>> = {
  last: (value) => isCalendarHour(value, /^(?:[01]\d|2[0-3])(?:[0-5]\d){2}Z$/),
  hourly: (value) => isCalendarHour(value, /^(?:[01]\d|2[0-3])Z$/),
  daily: isCalendarDate,
  weekly: (value) => {
    const [, year, week] = /^(\d{4})-w(\d\d)$/.exec(value) ?? [];
    return Number(week) >= 1 && Number(week) <= weeksOf(Number(year));
  },
  monthly: (value) => isCalendarDate(`${value}-01`),
  yearly: (value) => isCalendarDate(`${value}-01-01`),
};

function isCalendarHour(value: string, time: RegExp): boolean {
  return value[10] === 'T' && isCalendarDate(value.slice(0, 10)) && time.test(value.slice(11));
}

/** Whether it is a day of the calendar, as YYYY-MM-DD. */
export function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(value)) return false;
  const day = Number(value.slice(8));
  return day <= 28 || day <= daysOf(Number(value.slice(0, 4)), Number(value.slice(5, 7)));
}

/** Of a month, which is counted from 1. */
function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** An ISO year has 53 weeks when it begins on a Thursday, or on a Wednesday with a leap day to come. */
function weeksOf(year: number): number {
  const first = new Date(Date.UTC(year, 0, 1)).getUTCDay();
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
  return first === 4 || (first === 3 && isLeap) ? 53 : 52;
}

/** YYYY-MM-DD in the zone, `days` after `now`. */
export function calendarDate(now: Date, timeZone: string, days = 0): string {
  return format(addDays(new TZDate(now, timeZone), days), 'yyyy-MM-dd');
}

/** YYYY-MM-DD-HHMMSS in the zone. */
export function timestamp(now: Date, timeZone: string): string {
  return format(new TZDate(now, timeZone), 'yyyy-MM-dd-HHmmss');
}
