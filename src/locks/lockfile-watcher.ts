import type { Clock } from '../core/system.ts';
import { codeOf } from './code-of.ts';
import type { Slot } from './lock-method.ts';
import type { LockfileTimes } from './lockfile-times.ts';
import { openSharedHandle } from './shared-file.ts';
import { ownerPath, readOwner, removeClaim, unusable } from './slot-claim.ts';

interface Sight {
  /** Whose it is, and when that one renewed it last, in whatever time. */
  readonly state: string;
  /** Since when we have seen it so, by our monotonic clock. */
  readonly since: number;
}

/**
 * Tells which slots are free, and frees those of dead jobs. The time of a renewal comes from the clock of another machine,
 * of the holder or of the file server, so that it is only compared with itself: a slot is dead that does not change while
 * we look. For jobs that never look long (a timeout of 0) it is also dead when its time lies ten times as long back,
 * which no clock of a cluster is wrong by.
 */
export class LockfileWatcher {
  readonly #clock: Clock;
  readonly #times: LockfileTimes;
  readonly #sights = new Map<number, Sight>();

  constructor(clock: Clock, times: LockfileTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  async isFree(slot: Slot): Promise<boolean> {
    const owner = await readOwner(slot.path);
    if (owner === undefined) return true;
    const renewed = await renewalTime(slot.path, owner);
    if (renewed === undefined) return false;
    if (!this.#isDead(slot, `${owner} ${renewed}`, renewed)) return false;
    await removeClaim(slot.path, owner);
    return true;
  }

  #isDead({ number }: Slot, state: string, renewed: number): boolean {
    const now = this.#clock.monotonic();
    const before = this.#sights.get(number);
    const since = before?.state === state ? before.since : now;
    this.#sights.set(number, { state, since });
    const age = this.#clock.now().getTime() - renewed;
    return now - since >= this.#times.dead || age >= 10 * this.#times.dead;
  }
}

/** `undefined` when it is gone. Opening a file makes an NFS client ask the server for its time. */
async function renewalTime(slotPath: string, owner: string): Promise<number | undefined> {
  try {
    await using file = await openSharedHandle(ownerPath(slotPath, owner));
    return (await file.stat()).mtimeMs;
  } catch (error) {
    if (['ENOENT', 'ESTALE'].includes(codeOf(error) ?? '')) return undefined;
    throw unusable(slotPath, error);
  }
}
