import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { readHolder } from './lock-file.ts';
import type { HeldLock, LockMethod } from './lock-method.ts';

export interface Slot {
  readonly number: number;
  readonly path: string;
}

export interface TakenSlot {
  readonly slot: Slot;
  readonly lock: HeldLock;
}

export interface SlotDirectory {
  readonly directory: string;
  readonly count: number;
  readonly timeoutMilliseconds: number;
}

type WaitContext = Pick<Context, 'clock' | 'log' | 'signal'>;

const minute = 60_000;

/**
 * Waits at all slots at once and takes the first that frees: the kernel wakes us, so that fifty waiting jobs cost their
 * node nothing. A second slot that frees in the same moment is given back.
 */
export async function waitForSlot(
  slots: readonly Slot[],
  options: SlotDirectory,
  method: LockMethod,
  context: WaitContext,
): Promise<TakenSlot> {
  if (options.timeoutMilliseconds === 0) throw timedOut(slots, options);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const waiters = slots.map(async (slot) => ({ slot, lock: await method.acquire(slot.path, signal) }));
  const deadline = watchTheClock(slots, options, context, signal);
  let winner: TakenSlot | undefined;
  try {
    winner = await Promise.race([...waiters, deadline]);
    return winner;
  } finally {
    stop.abort();
    await Promise.allSettled([deadline, ...waiters.map((waiter) => giveBack(waiter, winner))]);
  }
}

async function giveBack(waiter: Promise<TakenSlot>, winner: TakenSlot | undefined): Promise<void> {
  const taken = await waiter;
  if (taken !== winner) await taken.lock.release();
}

/** Says each minute that we still wait; rejects at the timeout, and when aborted. */
async function watchTheClock(
  slots: readonly Slot[],
  options: SlotDirectory,
  { clock, log }: WaitContext,
  signal: AbortSignal,
): Promise<never> {
  const { directory, count, timeoutMilliseconds } = options;
  const start = clock.monotonic();
  log.info({ directory, slots: count, timeoutMilliseconds }, 'all node slots are taken, waiting for one');
  for (;;) {
    const waitedMilliseconds = clock.monotonic() - start;
    const left = timeoutMilliseconds - waitedMilliseconds;
    if (left <= 0) throw timedOut(slots, options);
    if (waitedMilliseconds > 0)
      log.info(
        { directory, slots: count, waitedMilliseconds: Math.round(waitedMilliseconds) },
        'still waiting for a node slot',
      );
    await clock.sleep(Math.min(minute, left), signal);
  }
}

function timedOut(
  slots: readonly Slot[],
  { directory, count, timeoutMilliseconds }: SlotDirectory,
): UserError {
  const holders = slots
    .toSorted((one, other) => one.number - other.number)
    .map(({ number, path }) => ({ number, holder: readHolder(path) }))
    .flatMap(({ number, holder }) => (holder === undefined ? [] : [`${number}.lock by ${holder}`]));
  const heldBy = holders.length > 0 ? ` (${holders.join(', ')})` : '';
  return new UserError(
    'lock',
    `None of the ${count} slots in '${directory}' became free within ${timeoutMilliseconds / 1000} seconds${heldBy}; ` +
      'look for a backup of this node that hangs, spread the schedules, or raise BAK_FLOCK_TIMEOUT_SEC or BAK_FLOCK_COUNT',
  );
}
