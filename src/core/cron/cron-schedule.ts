import type { CronFields } from './fields.ts';
import { ZoneOffsets } from './zone-offsets.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** As far ahead as the controller looks. */
const years = 5;

/**
 * When a CronJob with this schedule and `timeZone` starts its Jobs: an hour that clocks skip is left out, and one that they
 * repeat comes twice. It is the algorithm of the controller's library, step by step, as others differ from it where clocks
 * change at midnight or by half an hour (https://github.com/robfig/cron/blob/v3.0.1/spec.go, Next); `test/cron/golden`
 * is what that library says.
 */
export class CronSchedule {
  readonly #fields: CronFields;
  readonly #offsets: ZoneOffsets;

  constructor(fields: CronFields, timeZone: string) {
    this.#fields = fields;
    this.#offsets = new ZoneOffsets(timeZone);
  }

  /** The first one after this time, both in milliseconds since 1970; undefined where none comes in the next years. */
  next(after: number): number | undefined {
    const { minutes, hours, months } = this.#fields;
    let time = Math.floor(after / secondMs) * secondMs + secondMs;
    const lastYear = this.#wall(time).getUTCFullYear() + years;
    let isMoved = false;
    const move = (start: () => number): void => {
      if (!isMoved) time = start();
      isMoved = true;
    };

    again: for (;;) {
      let wall = this.#wall(time);
      if (wall.getUTCFullYear() > lastYear) return undefined;

      while (!months.has(wall.getUTCMonth() + 1)) {
        move(() => this.#time(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth())));
        wall = this.#wall((time = this.#later(time, 1, 0)));
        if (wall.getUTCMonth() === 0) continue again;
      }

      while (!this.#isDay(wall)) {
        move(() => this.#time(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate())));
        const tomorrow = this.#later(time, 0, 1);
        // Where clocks have skipped a whole day, as on Samoa in 2011, the library never comes back from here.
        time = tomorrow > time ? tomorrow : time + 24 * hourMs;
        const hour = this.#wall(time).getUTCHours();
        // There is no midnight where clocks skip it.
        if (hour > 12) time += (24 - hour) * hourMs;
        else time -= hour * hourMs;
        wall = this.#wall(time);
        if (wall.getUTCDate() === 1) continue again;
      }

      while (!hours.has(wall.getUTCHours())) {
        move(() => this.#time(wall.getTime() - (wall.getTime() % hourMs)));
        wall = this.#wall((time += hourMs));
        if (wall.getUTCHours() === 0) continue again;
      }

      while (!minutes.has(wall.getUTCMinutes())) {
        move(() => time - (time % minuteMs));
        wall = this.#wall((time += minuteMs));
        if (wall.getUTCMinutes() === 0) continue again;
      }

      if (time % minuteMs === 0) return time;
      isMoved = true;
      time += minuteMs - (time % minuteMs);
    }
  }

  #isDay(wall: Date): boolean {
    const { daysOfMonth, daysOfWeek, anyDay } = this.#fields;
    const [ofMonth, ofWeek] = [daysOfMonth.has(wall.getUTCDate()), daysOfWeek.has(wall.getUTCDay())];
    return anyDay ? ofMonth && ofWeek : ofMonth || ofWeek;
  }

  /** What clocks show, as if it were in UTC. */
  #wall(time: number): Date {
    return new Date(time + this.#offsets.at(time));
  }

  /** When clocks show this. Of two times, and where there is none, it takes the one that Go's `time.Date` takes. */
  #time(wall: number): number {
    const near = wall - this.#offsets.at(wall);
    return wall - this.#offsets.at(near);
  }

  /** At the same hour of a later day. */
  #later(time: number, months: number, days: number): number {
    const wall = this.#wall(time);
    wall.setUTCMonth(wall.getUTCMonth() + months, wall.getUTCDate() + days);
    return this.#time(wall.getTime());
  }
}
