import type { Stats } from 'node:fs';
import { lutimes } from 'node:fs/promises';
import { callbackify } from 'node:util';
import type { LockOptions } from 'proper-lockfile';
import { messageOf, UserError } from '../core/errors.ts';
import type { Clock, Random } from '../core/system.ts';
import { codeOf } from './code-of.ts';
import type { HeldLock, Slot } from './lock-method.ts';
import type { LockfileTimes } from './lockfile-times.ts';
import { openSharedHandle } from './shared-file.ts';
import { claimPath, ownerPath, placeClaim, removeClaim } from './slot-claim.ts';
import { watchRenewals } from './watch-renewals.ts';

/**
 * Locks a slot with proper-lockfile, which renews it and finds out when it is no longer ours; `undefined` when another
 * has it. What proper-lockfile does with the directory is done as `placeClaim` and `removeClaim` do it. Its own way of
 * breaking a dead lock, by the wall clock and without regard to whose it is by then, removes nothing: it would remove
 * the file of our name.
 */
export async function lockSlot(
  slot: Slot,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  times: LockfileTimes,
): Promise<HeldLock | undefined> {
  const owner = random.id(16);
  const lost = new AbortController();
  const ended = new AbortController();
  let renewed = clock.monotonic();
  const lose = (why: string) => {
    if (ended.signal.aborted) return;
    ended.abort();
    lost.abort(lostError(slot, why));
  };
  const options: LockOptions = {
    lockfilePath: claimPath(slot.path),
    realpath: false,
    update: times.renew,
    stale: times.hold,
    onCompromised: (error) => lose(messageOf(error)),
    fs: filesystem(slot.path, owner, {
      now: () => clock.monotonic(),
      renewed: (sent) => (renewed = sent),
    }),
  };
  const unlock = await tryLock(slot.path, options);
  if (!unlock) return undefined;
  const late = () => lose(`not renewed for ${times.hold / 1000} seconds`);
  void watchRenewals(() => renewed, times.hold, late, ended.signal, clock);
  return {
    lost: lost.signal,
    async release() {
      if (ended.signal.aborted) return removeClaim(slot.path, owner).catch(() => {});
      ended.abort();
      // A slot that cannot be freed is free when it is not renewed any more.
      await unlock().catch(() => {});
    },
  };
}

/** Loaded here, as most jobs never need it. */
async function tryLock(path: string, options: LockOptions): Promise<(() => Promise<void>) | undefined> {
  const { lock } = await import('proper-lockfile');
  try {
    return await lock(path, options);
  } catch (error) {
    if (codeOf(error) === 'ELOCKED') return undefined;
    throw error;
  }
}

/** What proper-lockfile uses of `node:fs`, on the file of the owner instead of the directory that is its lock. */
function filesystem(
  slotPath: string,
  owner: string,
  { now, renewed }: { readonly now: () => number; readonly renewed: (sent: number) => void },
) {
  const path = ownerPath(slotPath, owner);
  return {
    mkdir: callbackify(async (_directory: string) => {
      if (!(await placeClaim(slotPath, owner))) throw taken(slotPath);
    }),
    rmdir: callbackify((_directory: string) => removeClaim(slotPath, owner)),
    stat: callbackify((_directory: string) => statOpened(path)),
    utimes: callbackify(async (_directory: string, atime: Date, mtime: Date) => {
      const sent = now();
      await lutimes(path, atime, mtime);
      renewed(sent);
    }),
  };
}

/** Opening a file makes an NFS client ask the server whether it still is there. */
async function statOpened(path: string): Promise<Stats> {
  await using file = await openSharedHandle(path);
  return await file.stat();
}

function taken(slotPath: string): Error {
  return Object.assign(new Error(`${slotPath} is taken`), { code: 'EEXIST' });
}

function lostError({ path }: Slot, why: string): UserError {
  return new UserError(
    'lock',
    `The lock of the node slot '${path}' was lost while this backup was at work (${why}); ` +
      'look at what stalls the machine or its lock directory, and run the backup again',
  );
}
