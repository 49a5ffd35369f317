import { closeSync } from 'node:fs';
import type { Random } from '../core/system.ts';
import { runFlock } from './flock-program.ts';
import { FlockQueue } from './flock-queue.ts';
import { isStillAt, openLockFile } from './lock-file.ts';
import type { HeldLock, LockMethod, Slot, TakenSlot } from './lock-method.ts';

/** Kernel locks, as the shell-script jobs of a node take them: gone with the process that holds them. */
export function flockMethod(directory: string, random: Random): LockMethod {
  const queue = new FlockQueue(directory, random);
  return {
    isQueued: async () => !queue.isEmpty(),
    tryAny,
    acquireAny: (slots, signal) =>
      queue.inTurn(async () => (await tryAny(slots, signal)) ?? waitForAny(slots, signal), signal),
  };
}

/** One after the other: asking for all at once would hold several for a moment, and send others waiting. */
async function tryAny(slots: readonly Slot[], signal: AbortSignal): Promise<TakenSlot | undefined> {
  for (const slot of slots) {
    const lock = await attempt('try', slot.path, signal);
    if (lock) return { slot, lock };
  }
  return undefined;
}

/**
 * Waits at all slots at once and takes the first that frees: the kernel wakes us, and it costs nothing meanwhile.
 * A second slot that frees in the same moment is given back.
 */
async function waitForAny(slots: readonly Slot[], signal: AbortSignal): Promise<TakenSlot> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const waiters = slots.map(async (slot) => ({ slot, lock: await acquire(slot.path, either) }));
  let winner: TakenSlot | undefined;
  try {
    winner = await Promise.race(waiters);
    return winner;
  } finally {
    stop.abort();
    await Promise.allSettled(waiters.map((waiter) => giveBack(waiter, winner)));
  }
}

async function giveBack(waiter: Promise<TakenSlot>, winner: TakenSlot | undefined): Promise<void> {
  const taken = await waiter;
  if (taken !== winner) await taken.lock.release();
}

async function acquire(path: string, signal: AbortSignal): Promise<HeldLock> {
  for (;;) {
    const held = await attempt('wait', path, signal);
    if (held) return held;
  }
}

/** `undefined` when another holds it, or when the file was removed while we waited for it. */
async function attempt(
  mode: 'try' | 'wait',
  path: string,
  signal: AbortSignal,
): Promise<HeldLock | undefined> {
  const fd = openLockFile(path);
  let isOurs = false;
  try {
    isOurs = (await runFlock(mode, fd, signal)) && isStillAt(path, fd);
    return isOurs ? heldLock(fd) : undefined;
  } finally {
    if (!isOurs) closeSync(fd);
  }
}

function heldLock(fd: number): HeldLock {
  let isHeld = true;
  return {
    lost: new AbortController().signal,
    async release() {
      if (isHeld) closeSync(fd);
      isHeld = false;
    },
  };
}
