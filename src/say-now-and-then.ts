import type { Clock } from './system.ts';

const everyMilliseconds = 30_000;

/**
 * Calls `say` every half a minute with the milliseconds since the beginning, for whoever follows the log of a long wait.
 * Ends when it is stopped, and never rejects.
 */
export async function sayNowAndThen(
  say: (milliseconds: number) => void | Promise<void>,
  stopped: AbortSignal,
  clock: Clock,
): Promise<void> {
  const start = clock.monotonic();
  try {
    for (;;) {
      await clock.sleep(everyMilliseconds, stopped);
      await say(Math.round(clock.monotonic() - start));
    }
  } catch {
    // Stopped: the waiting is over.
  }
}
