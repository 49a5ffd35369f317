import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/core/system.ts';

/** Time that passes so many times as fast: a client that would wait half a minute for an answer gives up in half a second. */
export function hurriedClock(speed = 60): Clock {
  const begin = Date.now();
  return {
    now: () => new Date(begin + (Date.now() - begin) * speed),
    monotonic: () => performance.now() * speed,
    sleep: (milliseconds, signal) => delay(milliseconds / speed, undefined, { signal }),
  };
}
