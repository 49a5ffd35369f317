import type { Clock, Random } from '../../src/core/system.ts';

interface Sleeper {
  readonly milliseconds: number;
  readonly until: number;
  readonly wake: () => void;
}

/** Time that stands still until `advance`; waits for which `skips` holds take no time at all, but are recorded. */
export class TestClock implements Clock {
  readonly slept: number[] = [];
  readonly #skips: (milliseconds: number) => boolean;
  readonly #sleepers = new Set<Sleeper>();
  readonly #waiters = new Set<() => void>();
  #now = 0;

  /** By default all waits below 10 s are skipped: backoffs are, deadlines and pings are not. */
  constructor(skips: (milliseconds: number) => boolean = (milliseconds) => milliseconds < 10_000) {
    this.#skips = skips;
  }

  now(): Date {
    return new Date(Date.UTC(2026, 10, 20) + this.#now);
  }

  monotonic(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(milliseconds);
    if (milliseconds <= 0 || this.#skips(milliseconds)) {
      this.#now += milliseconds;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const sleeper = { milliseconds, until: this.#now + milliseconds, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
      for (const check of this.#waiters) check();
    });
  }

  /** How long those sleep who have not been told to stop: a deadline that nobody has disposed of is one of them. */
  get asleep(): number[] {
    return [...this.#sleepers].map(({ milliseconds }) => milliseconds);
  }

  /** As the process is that is killed: nobody sleeps any more, and nobody is woken. */
  kill(): void {
    this.#sleepers.clear();
  }

  /** Resolves once somebody sleeps for exactly this long. */
  async sleeping(milliseconds: number): Promise<void> {
    const isAsleep = (): boolean =>
      [...this.#sleepers].some((sleeper) => sleeper.milliseconds === milliseconds);
    if (isAsleep()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!isAsleep()) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
    });
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}

/** Always the middle: jitter of half the backoff. */
export const evenRandom: Random = { id: (length) => 'x'.repeat(length), fraction: () => 0.5 };
