import type { SandboxClock } from '../sandbox/clock.ts';
import type { Shop } from './shop.ts';

/** The nights before the last one. */
export const days = 60;
const dayMs = 24 * 60 * 60_000;

/** The moment of a night's backup, half past four in UTC; the last one that has come by now is that of day `days`. */
export function nightOf(day: number, now: Date): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 4, 30);
  const last = today > now.getTime() ? today - dayMs : today;
  return new Date(last - (days - day) * dayMs);
}

/** One day of the shop. */
export interface DiaryDay {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly orders: string;
}

/** How the orders of a shop stood on each of its days, which pass here and nowhere else: none is left out. */
export class Diary {
  readonly #shop: Shop;
  readonly #clock: SandboxClock;
  readonly #now: Date;
  readonly #orders = new Map<string, string>();

  constructor(shop: Shop, clock: SandboxClock, now: Date) {
    this.#shop = shop;
    this.#clock = clock;
    this.#now = now;
  }

  /** The night of this day comes, and the shop has changed since the one before. The clock stays there. */
  pass(day: number): DiaryDay {
    const night = nightOf(day, this.#now);
    this.#clock.set(night);
    this.#shop.passDay(day);
    const [date, orders] = [dateOf(night), this.#shop.orders()];
    this.#orders.set(date, orders);
    return { date, orders };
  }

  /** Throws when nothing is written of that day. */
  ordersOn(date: string): string {
    const orders = this.#orders.get(date);
    if (orders === undefined) throw new Error(`The diary of the shop has no ${date}`);
    return orders;
  }
}

/** YYYY-MM-DD, in UTC. */
export function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
