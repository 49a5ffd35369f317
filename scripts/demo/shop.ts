import type { SandboxApp } from '../sandbox/app.ts';

/** What the demo backs up: something that changes from day to day. */
export interface Shop extends AsyncDisposable {
  /** For the headline: what it keeps its orders in. */
  readonly described: string;
  readonly app: SandboxApp;
  /** Takes the orders of this day, and cancels some older ones. */
  passDay(day: number): void;
  /** How the orders stand, as a person would look: their number and their sum. */
  orders(): string;
  /** Loses them all, and shows how. */
  lose(): void;
  /** Brings back what the folder of a restored volume has, beside what is there now; gives how those orders stand. */
  restore(folder: string): string;
}

/** The orders of a day: numbers and amounts that are the same in every run. */
export function ordersOf(day: number): { readonly id: number; readonly amount: number }[] {
  const count = 20 + ((day * 37) % 50);
  return Array.from({ length: count }, (_, index) => ({
    id: day * 1000 + index,
    amount: ((day * 7 + index * 13) % 90) + 10,
  }));
}

/** One in five of the orders of the week before is cancelled. */
export function isCancelled(id: number, day: number): boolean {
  return Math.floor(id / 1000) === day - 7 && id % 5 === 0;
}

export function stand(count: number | string, sum: number | string): string {
  return `${count} orders, ${sum} EUR`;
}
