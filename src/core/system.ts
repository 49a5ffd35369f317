import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  now(): Date;
  /** Milliseconds from an arbitrary start, never going back: for durations. */
  monotonic(): number;
  /** Rejects with `signal.reason` when aborted. */
  sleep(milliseconds: number, signal: AbortSignal, options?: SleepOptions): Promise<void>;
}

export interface SleepOptions {
  /** Whether the process lives on while only this sleep is left; true. */
  readonly keepsAlive?: boolean;
}

export interface Random {
  /** `length` characters of a-z0-9. */
  id(length: number): string;
  /** 0 <= x < 1 */
  fraction(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  // `performance` would be loaded for it: 1 ms of the start.
  monotonic: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  async sleep(milliseconds, signal, { keepsAlive = true } = {}) {
    signal.throwIfAborted();
    try {
      await delay(milliseconds, undefined, { signal, ref: keepsAlive });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};

const idAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const systemRandom: Random = {
  id: (length) => Array.from({ length }, () => idAlphabet[randomInt(idAlphabet.length)]).join(''),
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
};
