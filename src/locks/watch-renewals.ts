import type { Clock } from '../core/system.ts';

/**
 * Calls `onLate` once the last renewal is too long ago, by our monotonic clock: a request that hangs must not hide it, and
 * it is noticed as soon as a stalled process runs again. Ends when it is stopped, never rejects, keeps no process alive.
 */
export async function watchRenewals(
  last: () => number,
  limitMilliseconds: number,
  onLate: () => void,
  stopped: AbortSignal,
  clock: Clock,
): Promise<void> {
  try {
    for (;;) {
      const left = last() + limitMilliseconds - clock.monotonic();
      if (left <= 0) break;
      await clock.sleep(left, stopped, { keepsAlive: false });
    }
    stopped.throwIfAborted();
    onLate();
  } catch {
    // Nobody needs it any more.
  }
}
