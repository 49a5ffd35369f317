import type { Clock, Random } from '../core/system.ts';
import type { LockMethod, Slot, TakenSlot } from './lock-method.ts';
import { lockSlot } from './lock-slot.ts';
import { LockfileQueue } from './lockfile-queue.ts';
import { lockfileTimes, type LockfileTimes } from './lockfile-times.ts';
import { LockfileWatcher } from './lockfile-watcher.ts';

/**
 * Locks that need no kernel, for network filesystems and machines without flock: kept by renewing them, and free when
 * their holder has not for a minute. Changes made by other machines wake nobody, so that those who wait look.
 */
export function lockfileMethod(
  directory: string,
  system: { readonly clock: Clock; readonly random: Random },
  times: LockfileTimes = lockfileTimes,
): LockMethod {
  const { clock } = system;
  const watcher = new LockfileWatcher(clock, times);
  const queue = new LockfileQueue(directory, system.random, times);

  const freeOf = async (slots: readonly Slot[]): Promise<Slot[]> => {
    const free = await Promise.all(slots.map((slot) => watcher.isFree(slot)));
    return slots.filter((_, index) => free[index]);
  };
  const lockAny = async (free: readonly Slot[], signal: AbortSignal): Promise<TakenSlot | undefined> => {
    for (const slot of free) {
      signal.throwIfAborted();
      const lock = await lockSlot(slot, system, times);
      if (lock && signal.aborted) await lock.release();
      else if (lock) return { slot, lock };
    }
    signal.throwIfAborted();
    return undefined;
  };

  return {
    isQueued: async () => !queue.isEmpty(),
    tryAny: async (slots, signal) => lockAny(await freeOf(slots), signal),
    /** As many as there are slots free may try at once: nobody waits for the one before to have had its turn. */
    async acquireAny(slots, signal) {
      const place = queue.join();
      try {
        for (;;) {
          const free = await freeOf(slots);
          const isOurTurn = free.length > 0 && (await place.rank()) < free.length;
          const taken = isOurTurn ? await lockAny(free, signal) : undefined;
          if (taken) return taken;
          await clock.sleep(times.poll, signal);
          place.show();
        }
      } finally {
        await place.leave();
      }
    },
  };
}
