import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Random } from '../core/system.ts';
import { claimDirectory } from './claim-directory.ts';
import { flockMethod } from './flock.ts';
import { removeHolder, writeHolder } from './holder.ts';
import type { MethodName, Slot, TakenSlot } from './lock-method.ts';
import { lockfileMethod } from './lockfile.ts';
import { waitForSlot, type SlotDirectory } from './wait-for-slot.ts';

export interface NodeSlotOptions extends SlotDirectory {
  readonly method: MethodName | 'auto';
  /** Who we are, for a person who finds the slot taken: `namespace/pod`. */
  readonly holder?: string | undefined;
  /** Done before it waits, if it has to; what it throws ends it. */
  readonly beforeWaiting?: () => Promise<void>;
}

export interface NodeSlot extends AsyncDisposable {
  /** 1..count: flock locks the file `<directory>/<slot>.lock`, lockfile makes `<directory>/<slot>.lock.d`. */
  readonly slot: number;
  readonly waitedMilliseconds: number;
  /** Aborted with a UserError 'lock' when somebody else may have the slot. Never with flock. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

type SlotContext = Pick<Context, 'clock' | 'log' | 'random' | 'signal'>;

/**
 * Takes one of the node's slots: any that is free, else the first that frees when those that came before have theirs.
 * Rejects with a `UserError` of reason 'lock' at the timeout, of reason 'preflight' when the directory cannot be used,
 * and with `signal.reason` when aborted; nothing is locked then. With a timeout of 0 it takes what is free, whoever waits.
 */
export async function acquireNodeSlot(options: NodeSlotOptions, context: SlotContext): Promise<NodeSlot> {
  const { clock, log, random } = context;
  const { directory, timeoutMilliseconds } = options;
  const start = clock.monotonic();
  const name = await claimDirectory(directory, options.method, random);
  const method = name === 'flock' ? flockMethod(directory, random) : lockfileMethod(directory, context);
  const slots = shuffled(slotsOf(options), random);
  const mayTry = timeoutMilliseconds === 0 || !(await method.isQueued());
  const free = mayTry ? await method.tryAny(slots, context.signal) : undefined;
  if (!free && timeoutMilliseconds > 0) await options.beforeWaiting?.();
  const taken = free ?? (await waitForSlot(slots, options, method, context));
  const waitedMilliseconds = Math.round(clock.monotonic() - start);
  const slot = await nodeSlot(taken, waitedMilliseconds, options.holder, context);
  log.info({ directory, slot: slot.slot, method: name, waitedMilliseconds }, 'node slot taken');
  return slot;
}

function slotsOf({ directory, count }: SlotDirectory): Slot[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    path: join(directory, `${index + 1}.lock`),
  }));
}

async function nodeSlot(
  { slot, lock }: TakenSlot,
  waitedMilliseconds: number,
  who: string | undefined,
  { clock, random }: SlotContext,
): Promise<NodeSlot> {
  const holder = `${who ?? 'somebody'} since ${clock.now().toISOString()}`;
  await writeHolder(slot, holder, random);
  let released: Promise<void> | undefined;
  // First the holder: the next one writes its own as soon as the lock is free.
  const giveBack = async () => {
    await removeHolder(slot, holder);
    await lock.release();
  };
  const release = () => (released ??= giveBack());
  const { number } = slot;
  return { slot: number, waitedMilliseconds, lost: lock.lost, release, [Symbol.asyncDispose]: release };
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
