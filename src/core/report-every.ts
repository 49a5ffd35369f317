import type { Clock } from './system.ts';

const halfAMinute = 30_000;

/**
 * Calls `say` every half a minute, or as often as is said, with the milliseconds since the beginning, for whoever follows
 * the log of a long wait; until it is disposed of.
 */
export function reportEvery(
  say: (milliseconds: number) => void | Promise<void>,
  clock: Clock,
  everyMilliseconds = halfAMinute,
): Disposable {
  const stop = new AbortController();
  void repeat(say, stop.signal, clock, everyMilliseconds);
  return { [Symbol.dispose]: () => stop.abort() };
}

/** Never rejects. */
async function repeat(
  say: (milliseconds: number) => void | Promise<void>,
  stopped: AbortSignal,
  clock: Clock,
  everyMilliseconds: number,
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
