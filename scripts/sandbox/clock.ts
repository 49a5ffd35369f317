import type { Clock } from '../../src/core/system.ts';

interface Sleeper {
  /** Milliseconds of the sandbox's time. */
  readonly due: number;
  readonly wake: () => void;
}

/** Runs as real time does, from wherever it was set to. A jump ahead wakes whoever it passes. */
export class SandboxClock implements Clock {
  #offset = 0;
  readonly #sleepers = new Set<Sleeper>();
  #timer: NodeJS.Timeout | undefined;

  constructor(start?: Date) {
    if (start) this.set(start);
  }

  now(): Date {
    return new Date(this.#time());
  }

  monotonic(): number {
    return performance.now() + this.#offset;
  }

  /** How far the sandbox's time is ahead of real time, in milliseconds. */
  get offset(): number {
    return this.#offset;
  }

  set(now: Date): void {
    this.#offset = now.getTime() - Date.now();
    this.#wakeDue();
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
    this.#wakeDue();
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { due: this.#time() + milliseconds, wake: resolve };
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#sleepers.add(sleeper);
    this.#wakeDue();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#sleepers.delete(sleeper);
      if (this.#sleepers.size === 0) clearTimeout(this.#timer);
    }
  }

  #time(): number {
    return Date.now() + this.#offset;
  }

  #wakeDue(): void {
    clearTimeout(this.#timer);
    const now = this.#time();
    let next = Infinity;
    for (const { due, wake } of this.#sleepers) {
      if (due <= now) wake();
      else next = Math.min(next, due);
    }
    // A timer counts in 31 bits; a longer sleep is looked at again after that.
    if (next < Infinity) this.#timer = setTimeout(() => this.#wakeDue(), Math.min(next - now, 2 ** 31 - 1));
  }
}
