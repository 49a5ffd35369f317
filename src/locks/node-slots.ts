import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Random } from '../system.ts';
import { claimDirectory } from './claim-directory.ts';
import { flockMethod } from './flock.ts';
import type { LockMethod } from './lock-method.ts';
import { waitForSlot, type Slot, type SlotDirectory, type TakenSlot } from './wait-for-slot.ts';

export interface NodeSlotOptions extends SlotDirectory {
  readonly method: 'flock';
  /** Who we are, for a person who finds the slot taken: `namespace/pod`. */
  readonly holder?: string | undefined;
}

export interface NodeSlot extends AsyncDisposable {
  /** 1..count: the slot's file is `<directory>/<slot>.lock`. */
  readonly slot: number;
  readonly waitedMilliseconds: number;
  release(): Promise<void>;
}

type SlotContext = Pick<Context, 'clock' | 'log' | 'random' | 'signal'>;

/**
 * Takes one of the node's slots: any that is free, else the first that frees.
 * Rejects with a `UserError` of reason 'lock' at the timeout, of reason 'preflight' when the directory cannot be used,
 * and with `signal.reason` when aborted; nothing is locked then.
 */
export async function acquireNodeSlot(options: NodeSlotOptions, context: SlotContext): Promise<NodeSlot> {
  const { clock, log, random, signal } = context;
  const start = clock.monotonic();
  const method = flockMethod(() => describeHolder(options.holder, clock.now()));
  claimDirectory(options.directory, method.name, random);
  const slots = shuffled(slotsOf(options), random);
  const taken =
    (await tryEach(slots, method, signal)) ?? (await waitForSlot(slots, options, method, context));
  const waitedMilliseconds = Math.round(clock.monotonic() - start);
  log.info({ directory: options.directory, slot: taken.slot.number, waitedMilliseconds }, 'node slot taken');
  return nodeSlot(taken, waitedMilliseconds);
}

function slotsOf({ directory, count }: SlotDirectory): Slot[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    path: join(directory, `${index + 1}.lock`),
  }));
}

/** One after the other: asking for all at once would hold several for a moment, and send others waiting. */
async function tryEach(
  slots: readonly Slot[],
  method: LockMethod,
  signal: AbortSignal,
): Promise<TakenSlot | undefined> {
  for (const slot of slots) {
    const lock = await method.tryAcquire(slot.path, signal);
    if (lock) return { slot, lock };
  }
  return undefined;
}

function nodeSlot({ slot, lock }: TakenSlot, waitedMilliseconds: number): NodeSlot {
  const release = () => lock.release();
  return { slot: slot.number, waitedMilliseconds, release, [Symbol.asyncDispose]: release };
}

function describeHolder(holder: string | undefined, now: Date): string {
  return holder === undefined ? '' : `${holder} since ${now.toISOString()}\n`;
}

/** Fisher and Yates. */
export function shuffled<Item>(items: readonly Item[], random: Pick<Random, 'fraction'>): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random.fraction() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
