import { Cron } from 'croner';

/**
 * A schedule as a CronJob has it: five fields or `@daily` and the like, with `?` for `*` and `5/15` for `5-59/15`.
 * Throws when it is none. Times that clocks skip come right after, and those that clocks repeat come once.
 */
export function cronOf(schedule: string, timeZone: string): Cron {
  // To croner, `?` is the moment at which it reads the schedule.
  const pattern = schedule.replaceAll('?', '*');
  const cron = new Cron(pattern, { mode: '5-part', sloppyRanges: true, timezone: timeZone });
  if (cron.getPattern() === undefined) throw new TypeError(`'${schedule}' is a moment, not a schedule`);
  return cron;
}
