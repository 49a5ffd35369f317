/** `lockfile-process.ts DIRECTORY` takes a slot, never releases it, and tells what of the process has changed by it. */
import fs from 'node:fs';
import { acquireNodeSlot } from '../../src/locks/node-slots.ts';
import { createLogger } from '../../src/core/log.ts';
import { systemClock, systemRandom } from '../../src/core/system.ts';

const functionsOf = () => [
  ...['close', 'closeSync'].map((name) => Reflect.get(fs, name) as unknown),
  ...['emit', 'reallyExit'].map((name) => Reflect.get(process, name) as unknown),
];
const before = functionsOf();
const options = { count: 1, timeoutMilliseconds: 0, method: 'lockfile' } as const;
const context = { clock: systemClock, random: systemRandom, log: createLogger() };
const { slot } = await acquireNodeSlot(
  { directory: process.argv[2]!, ...options },
  { ...context, signal: new AbortController().signal },
);
const listeners = ['SIGHUP', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR2', 'exit'].reduce(
  (sum, name) => sum + process.listenerCount(name),
  0,
);
const isUntouched = functionsOf().every((one, index) => one === before[index]);
process.stdout.write(JSON.stringify({ slot, listeners, isUntouched }));
