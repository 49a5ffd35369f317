/** A job of its own process for the tests: `job.ts DIRECTORY` takes the one slot, says so, and keeps it until killed. */
import { acquireNodeSlot } from '../../src/locks/node-slots.ts';
import { systemClock, systemRandom } from '../../src/system.ts';
import { createLogger } from '../../src/log.ts';

const options = {
  directory: process.argv[2]!,
  count: 1,
  timeoutMilliseconds: 60_000,
  method: 'flock',
} as const;
await acquireNodeSlot(options, {
  clock: systemClock,
  log: createLogger(),
  random: systemRandom,
  signal: new AbortController().signal,
});
setInterval(() => {}, 60_000);
