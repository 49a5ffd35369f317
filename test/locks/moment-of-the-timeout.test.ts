import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { HeldLock, LockMethod, Slot } from '../../src/locks/lock-method.ts';
import { lockfileMethod } from '../../src/locks/lockfile.ts';
import { lockfileTimes } from '../../src/locks/lockfile-times.ts';
import { waitForSlot } from '../../src/locks/wait-for-slot.ts';
import { systemRandom } from '../../src/core/system.ts';
import { SandboxClock } from '../../scripts/sandbox/clock.ts';
import { lockDirectory, skippingClock, testContext } from './support.ts';

const slot: Slot = { number: 1, path: '/locks/1.lock' };

/** A way of locking that gets a slot only once it is told to stop, as one may whose slot comes in that very moment. */
function lateMethod() {
  const released: number[] = [];
  const lock: HeldLock = {
    lost: new AbortController().signal,
    release: async () => {
      await setImmediate();
      released.push(slot.number);
    },
  };
  const method: LockMethod = {
    isQueued: () => Promise.resolve(false),
    tryAny: () => Promise.resolve(undefined),
    acquireAny: async (_, signal) => {
      if (!signal.aborted) await once(signal, 'abort');
      return { slot, lock };
    },
  };
  return { method, released };
}

describe('a slot that comes in the moment', () => {
  const options = { directory: '/locks', count: 1, timeoutMilliseconds: 90_000 };

  it('of the timeout is given back before the wait is over', async () => {
    const { method, released } = lateMethod();
    const context = testContext({ clock: skippingClock() });
    await expect(waitForSlot([slot], options, method, context)).rejects.toMatchObject({ reason: 'lock' });
    expect(released).toEqual([1]);
  });

  it('in which the wait is stopped is given back before the wait is over', async () => {
    const { method, released } = lateMethod();
    const stop = new AbortController();
    const context = testContext({ clock: new SandboxClock(), signal: stop.signal });
    const waiting = waitForSlot([slot], options, method, context);
    stop.abort(new Error('SIGTERM'));
    await expect(waiting).rejects.toThrow('SIGTERM');
    expect(released).toEqual([1]);
  });

  it('in which its lockfile is stopped is left free', async () => {
    const directory = lockDirectory();
    const stop = new AbortController();
    // Its owner's name is drawn when a slot is about to be taken.
    const id = (length: number) => {
      stop.abort(new Error('SIGTERM'));
      return systemRandom.id(length);
    };
    const system = { clock: new SandboxClock(), random: { ...systemRandom, id } };
    const own = { number: 1, path: join(directory, '1.lock') };
    const trying = lockfileMethod(directory, system).tryAny([own], stop.signal);
    await expect(trying).rejects.toThrow('SIGTERM');
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a slot of lockfile', () => {
  it.each([
    ['when it took 20 seconds until it was sent', 1, lockfileTimes.hold],
    ['and not from its end, when it took 20 seconds itself', 2, lockfileTimes.hold - 20_000],
  ])('is believed in from its last renewal, %s', async (_, late, left) => {
    const directory = lockDirectory();
    const clock = new SandboxClock();
    let asked = 0;
    // First it is asked when the slot is about to be taken, then when that is first renewed.
    const monotonic = () => {
      const now = clock.monotonic();
      if (++asked === late) queueMicrotask(() => clock.advance(20_000));
      return now;
    };
    const system = {
      random: systemRandom,
      clock: { now: () => clock.now(), sleep: clock.sleep.bind(clock), monotonic },
    };
    const method = lockfileMethod(directory, system);
    const slots = [{ number: 1, path: join(directory, '1.lock') }];
    const { lock } = (await method.tryAny(slots, new AbortController().signal))!;
    // What the machine needs itself must not matter.
    clock.advance(left - 5000);
    await setImmediate();
    expect(lock.lost.aborted).toBe(false);
    clock.advance(5000);
    await setImmediate();
    expect(lock.lost.aborted).toBe(true);
    await lock.release();
  });
});
