import type { Clock, Random } from '../core/system.ts';
import { KubeError } from './error.ts';

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

export interface RetryLimits extends Backoff {
  readonly attempts: number;
  /** No new attempt starts after this long, whatever the number of attempts. */
  readonly totalMs: number;
}

export const defaultRetry: RetryLimits = { attempts: 7, totalMs: 120_000, baseMs: 250, capMs: 20_000 };

/** Full jitter: anywhere between nothing and the doubled, capped delay. `failures` counts from 1. */
export function jitter(random: Random, backoff: Backoff, failures: number): number {
  return random.fraction() * Math.min(backoff.capMs, backoff.baseMs * 2 ** (failures - 1));
}

/**
 * Repeats `attempt` while it throws a KubeError that `mayRepeat` accepts.
 * Waits at least as long as the server asked (Retry-After), plus jitter so that a crowd spreads out.
 * Throws the last error; aborting throws `signal.reason`.
 */
export async function withRetries<T>(
  {
    clock,
    random,
    limits,
    signal,
  }: { clock: Clock; random: Random; limits: RetryLimits; signal: AbortSignal },
  mayRepeat: (error: KubeError) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  const start = clock.monotonic();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof KubeError) || !mayRepeat(error) || failures >= limits.attempts) throw error;
      const wait = (error.retryAfterMs ?? 0) + jitter(random, limits, failures);
      if (clock.monotonic() - start + wait > limits.totalMs) throw error;
      await clock.sleep(wait, signal);
    }
  }
}
