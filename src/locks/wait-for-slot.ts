import type { Context } from '../context.ts';
import { UserError } from '../core/errors.ts';
import { holdersOf } from './holder.ts';
import type { LockMethod, Slot, TakenSlot } from './lock-method.ts';

export interface SlotDirectory {
  readonly directory: string;
  readonly count: number;
  readonly timeoutMilliseconds: number;
}

type WaitContext = Pick<Context, 'clock' | 'log' | 'signal'>;

const minute = 60_000;

/** Waits for any of the slots, and says meanwhile who holds them. */
export async function waitForSlot(
  slots: readonly Slot[],
  options: SlotDirectory,
  method: LockMethod,
  context: WaitContext,
): Promise<TakenSlot> {
  if (options.timeoutMilliseconds === 0) throw await timedOut(slots, options);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const waiting = method.acquireAny(slots, signal);
  const deadline = watchTheClock(slots, options, context, signal);
  let winner: TakenSlot | undefined;
  try {
    const first = await Promise.race([waiting, deadline]);
    context.signal.throwIfAborted();
    return (winner = first);
  } finally {
    stop.abort();
    await Promise.allSettled([deadline, giveBack(waiting, winner)]);
  }
}

/** What came in the moment of the timeout, or of a stop, is not wanted any more. */
async function giveBack(waiting: Promise<TakenSlot>, winner: TakenSlot | undefined): Promise<void> {
  const taken = await waiting;
  if (taken !== winner) await taken.lock.release();
}

/** Says at once and each minute that we wait, and for whom; rejects at the timeout, and when aborted. */
async function watchTheClock(
  slots: readonly Slot[],
  options: SlotDirectory,
  { clock, log }: WaitContext,
  signal: AbortSignal,
): Promise<never> {
  const { directory, count, timeoutMilliseconds } = options;
  const start = clock.monotonic();
  const fields = async () => ({ directory, slots: count, holders: await holdersOf(slots) });
  log.info({ ...(await fields()), timeoutMilliseconds }, 'all node slots are taken, waiting for one');
  for (;;) {
    const waitedMilliseconds = Math.round(clock.monotonic() - start);
    const left = timeoutMilliseconds - waitedMilliseconds;
    if (left <= 0) throw await timedOut(slots, options);
    if (waitedMilliseconds >= minute)
      log.info({ ...(await fields()), waitedMilliseconds }, 'still waiting for a node slot');
    await clock.sleep(Math.min(minute, left), signal);
  }
}

async function timedOut(
  slots: readonly Slot[],
  { directory, count, timeoutMilliseconds }: SlotDirectory,
): Promise<UserError> {
  const holders = Object.entries(await holdersOf(slots)).map(([number, holder]) => `${number} by ${holder}`);
  const heldBy = holders.length > 0 ? ` (${holders.join(', ')})` : '';
  return new UserError(
    'lock',
    `None of the ${count} slots in '${directory}' became free within ${timeoutMilliseconds / 1000} seconds${heldBy}; ` +
      'look for a backup of this node that hangs, spread the schedules, or raise ⟪flockTimeout⟫ or ⟪flockCount⟫',
  );
}
