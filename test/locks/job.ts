/**
 * A job of its own process: `job.ts DIRECTORY METHOD COUNT [ROUNDS]` takes a slot, says so, and keeps it until killed;
 * with a number of rounds, it takes and releases one so often, and fails when another has the same slot meanwhile.
 */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MethodName } from '../../src/locks/lock-method.ts';
import { acquireNodeSlot } from '../../src/locks/node-slots.ts';
import { createLogger } from '../../src/core/log.ts';
import { systemClock, systemRandom } from '../../src/core/system.ts';

const [directory = '', method = '', count = '', rounds = '0'] = process.argv.slice(2);
const options = {
  directory,
  count: Number(count),
  timeoutMilliseconds: 60_000,
  method: method as MethodName,
};
const context = {
  clock: systemClock,
  log: createLogger(),
  random: systemRandom,
  signal: new AbortController().signal,
};

for (let round = 0; round < Number(rounds); round++) {
  await using slot = await acquireNodeSlot(options, context);
  const witness = join(directory, `used-${slot.slot}`);
  mkdirSync(witness);
  await delay(10);
  rmdirSync(witness);
}
if (rounds === '0') {
  await acquireNodeSlot({ ...options, holder: 'shop/killed' }, context);
  setInterval(() => {}, 60_000);
}
