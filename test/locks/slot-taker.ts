/**
 * A process of its own: `slot-taker.ts METHOD DIRECTORY...` takes and releases the one slot of each directory, and prints a
 * line of JSON for each.
 */
import { acquireNodeSlot } from '../../src/locks/node-slots.ts';
import type { MethodName } from '../../src/locks/lock-method.ts';
import { UserError } from '../../src/core/errors.ts';
import { createLogger } from '../../src/core/log.ts';
import { systemClock, systemRandom } from '../../src/core/system.ts';

const [method, ...directories] = process.argv.slice(2);
const { signal } = new AbortController();
const context = { clock: systemClock, log: createLogger(), random: systemRandom, signal };

async function take(directory: string): Promise<string> {
  const options = { directory, count: 1, timeoutMilliseconds: 60_000, method: method as MethodName };
  try {
    await using slot = await acquireNodeSlot(options, context);
    return slot.slot === 1 ? 'taken' : 'unexpected';
  } catch (error) {
    console.error(error);
    return error instanceof UserError ? error.reason : 'unexpected';
  }
}

await Promise.all(
  directories.map(async (directory) =>
    console.log(JSON.stringify({ directory, end: await take(directory) })),
  ),
);
