import { cronFields } from '../core/cron/fields.ts';
import { CronSchedule } from '../core/cron/cron-schedule.ts';
import { timeZone as zone } from '../settings/formats.ts';

/** When a schedule was due, and is due next; milliseconds since 1970. */
export interface Due {
  /** The last time up to now; undefined where it has not come yet in the last years. */
  readonly last: number | undefined;
  /** The one before it. */
  readonly before: number | undefined;
  /** The first time after now; undefined where none comes. */
  readonly next: number | undefined;
  /** The longest that two runs of the last week or so are apart, such as over a weekend. */
  readonly longest: number | undefined;
}

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** How far to look back, step by step: most schedules come within a day or a week. */
const reaches = [hourMs, 2 * dayMs, 9 * dayMs, 70 * dayMs, 800 * dayMs, 8 * 366 * dayMs];

/** Characters; a zone and a schedule that a CronJob may have are much shorter. */
const longest = 200;

/** Undefined for a schedule or a zone that cannot be read. */
export function dueAt(schedule: string, timeZone: string, now: number): Due | undefined {
  if (schedule.length > longest || timeZone.length > longest) return undefined;
  if (!('value' in zone.parse(timeZone))) return undefined;
  try {
    const cron = new CronSchedule(cronFields(schedule), timeZone);
    const past = before(cron, now);
    const next = cron.next(now);
    return { ...past, next, longest: longestGap(cron, past.last, next) };
  } catch {
    return undefined;
  }
}

function before(cron: CronSchedule, now: number): Pick<Due, 'last' | 'before'> {
  let found: number[] = [];
  for (const reach of reaches) {
    found = [];
    for (let at = cron.next(now - reach); at !== undefined && at <= now; at = cron.next(at)) {
      found = [...found.slice(-1), at];
    }
    if (found.length === 2) return { before: found[0], last: found[1] };
  }
  return { before: undefined, last: found[0] };
}

/** Enough for a week of hours. */
const maximumGaps = 200;

function longestGap(
  cron: CronSchedule,
  last: number | undefined,
  next: number | undefined,
): number | undefined {
  if (last === undefined || next === undefined) return undefined;
  let longest = next - last;
  let at = cron.next(last - 8 * dayMs);
  for (let count = 0; at !== undefined && at < last && count < maximumGaps; count++) {
    const following: number | undefined = cron.next(at);
    if (following === undefined) break;
    longest = Math.max(longest, following - at);
    at = following;
  }
  return longest;
}

/** Schedules of many CronJobs are often the same few. */
export class DueTimes {
  readonly #known = new Map<string, Due | undefined>();
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  of({ schedule, timeZone }: { readonly schedule: string; readonly timeZone: string }): Due | undefined {
    const key = `${timeZone}\n${schedule}`;
    if (!this.#known.has(key)) this.#known.set(key, dueAt(schedule, timeZone, this.#now));
    return this.#known.get(key);
  }
}
