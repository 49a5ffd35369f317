import { tzOffset } from '@date-fns/tz/tzOffset';

const dayMs = 24 * 60 * 60_000;
const minuteMs = 60_000;
const secondMs = 1000;

/** A day of UTC: from the change on, if there is one, the offset is another. */
interface Day {
  readonly before: number;
  readonly change: number;
  readonly after: number;
}

/** How far the clocks of a zone are ahead of UTC. Asked again about the same days it is quick. */
export class ZoneOffsets {
  readonly #timeZone: string;
  readonly #days = new Map<number, Day>();

  /** Throws a RangeError for a zone that there is not: its offset would be no number, and no time ever reached. */
  constructor(timeZone: string) {
    Intl.DateTimeFormat('en', { timeZone });
    this.#timeZone = timeZone;
  }

  /** In milliseconds, as the time since 1970. */
  at(time: number): number {
    const day = Math.floor(time / dayMs);
    let known = this.#days.get(day);
    if (!known) this.#days.set(day, (known = this.#look(day * dayMs)));
    return time < known.change ? known.before : known.after;
  }

  #look(start: number): Day {
    const [before, after] = [this.#offset(start), this.#offset(start + dayMs - secondMs)];
    if (before === after) return { before, change: Infinity, after };
    let [same, other] = [start, start + dayMs - secondMs];
    while (other - same > secondMs) {
      const middle = same + Math.floor((other - same) / 2 / secondMs) * secondMs;
      if (this.#offset(middle) === before) same = middle;
      else other = middle;
    }
    return { before, change: other, after };
  }

  #offset(time: number): number {
    return tzOffset(this.#timeZone, new Date(time)) * minuteMs;
  }
}
