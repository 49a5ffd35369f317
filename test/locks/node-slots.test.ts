import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemRandom } from '../../src/system.ts';
import { shuffled } from '../../src/locks/node-slots.ts';
import { acquire, flockFromOutside, lockDirectory, openers, skippingClock, testContext } from './support.ts';

describe('a node slot', () => {
  it('keeps flock(1) of other jobs out until it is released', async () => {
    const directory = lockDirectory();
    const slot = await acquire({ directory });
    const path = join(directory, '1.lock');
    expect(await flockFromOutside('-n', path, 'true')).toBe(1);
    await slot.release();
    expect(await flockFromOutside('-n', path, 'true')).toBe(0);
  });

  it('is any that is free', async () => {
    const directory = lockDirectory();
    const slots = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    expect(new Set(slots.map(({ slot }) => slot))).toEqual(new Set([1, 2, 3]));
  });

  it('is released at the end of its scope, and only once', async () => {
    const directory = lockDirectory();
    let first;
    {
      await using slot = await acquire({ directory });
      first = slot;
    }
    await using second = await acquire({ directory });
    await first.release();
    expect(second.slot).toBe(1);
    expect(await flockFromOutside('-n', join(directory, '1.lock'), 'true')).toBe(1);
  });

  it('says who holds it while it is held', async () => {
    const directory = lockDirectory();
    const context = testContext({ clock: skippingClock() });
    const slot = await acquire({ directory, holder: 'shop/backup-x7k2p' }, context);
    const path = join(directory, '1.lock');
    expect(readFileSync(path, 'utf8')).toBe('shop/backup-x7k2p since 2026-11-20T14:03:07.000Z\n');
    await slot.release();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('is taken anew when its file was removed while another job held it', async () => {
    const directory = lockDirectory();
    const path = join(directory, '1.lock');
    const first = await acquire({ directory });
    const context = testContext();
    const second = acquire({ directory }, context);
    await vi.waitFor(() => expect(openers(path).length).toBeGreaterThan(1));
    rmSync(path);
    await first.release();
    await second;
    expect(await flockFromOutside('-n', path, 'true')).toBe(1);
  });
});

describe('waiting for a node slot', () => {
  it('ends with whichever slot frees first', async () => {
    const directory = lockDirectory();
    const held = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    const context = testContext();
    const waiting = acquire({ directory, count: 3 }, context);
    await vi.waitFor(() => expect(context.lines).not.toEqual([]));
    await held[1]!.release();
    expect((await waiting).slot).toBe(held[1]!.slot);
  });

  it('gives back what frees in the same moment', async () => {
    const directory = lockDirectory();
    const held = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    const context = testContext();
    const waiting = acquire({ directory, count: 3 }, context);
    await vi.waitFor(() => expect(openers(join(directory, '3.lock')).length).toBeGreaterThan(1));
    await Promise.all(held.map((slot) => slot.release()));
    const { slot } = await waiting;
    const codes = [1, 2, 3].map((number) =>
      flockFromOutside('-n', join(directory, `${number}.lock`), 'true'),
    );
    expect(await Promise.all(codes)).toEqual([1, 2, 3].map((number) => (number === slot ? 1 : 0)));
  });

  it('leaves no process and no open file behind when it is over', async () => {
    const directory = lockDirectory();
    const first = await acquire({ directory });
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const waiting = acquire({ directory }, context);
    await vi.waitFor(() => expect(openers(join(directory, '1.lock')).length).toBeGreaterThan(1));
    controller.abort(new Error('SIGTERM'));
    await expect(waiting).rejects.toThrow('SIGTERM');
    expect(openers(join(directory, '1.lock'))).toEqual([process.pid]);
    await first.release();
    expect(openers(join(directory, '1.lock'))).toEqual([]);
  });

  it('says at its start and each minute that it waits, and at its end who holds the slots', async () => {
    const directory = lockDirectory();
    await acquire({ directory, count: 2, holder: 'shop/backup-a' });
    await acquire({ directory, count: 2 });
    const clock = skippingClock();
    const context = testContext({ clock });
    const waiting = acquire({ directory, count: 2, timeoutMilliseconds: 150_000 }, context);
    await expect(waiting).rejects.toMatchObject({
      reason: 'lock',
      message: expect.stringMatching(
        /^None of the 2 slots in '.*' became free within 150 seconds \([12]\.lock by shop\/backup-a since .*\); look for/,
      ),
    });
    expect(clock.sleeps).toEqual([60_000, 60_000, 30_000]);
    expect(context.lines.map(({ msg, waitedMilliseconds }) => [msg, waitedMilliseconds])).toEqual([
      ['all node slots are taken, waiting for one', undefined],
      ['still waiting for a node slot', 60_000],
      ['still waiting for a node slot', 120_000],
    ]);
  });

  it('does not happen with a timeout of zero', async () => {
    const directory = lockDirectory();
    await acquire({ directory });
    const context = testContext();
    await expect(acquire({ directory, timeoutMilliseconds: 0 }, context)).rejects.toMatchObject({
      reason: 'lock',
    });
    expect(context.lines).toEqual([]);
  });

  it('does not begin when it is aborted already', async () => {
    const directory = lockDirectory();
    const signal = AbortSignal.abort(new Error('SIGTERM'));
    await expect(acquire({ directory }, testContext({ signal }))).rejects.toThrow('SIGTERM');
    expect(openers(join(directory, '1.lock'))).toEqual([]);
  });

  it('does not show what a lock file says beyond one short line', async () => {
    const directory = lockDirectory();
    await acquire({ directory });
    writeFileSync(join(directory, '1.lock'), `\u001B[2Jshop\n${'x'.repeat(5000)}`);
    const waiting = acquire({ directory, timeoutMilliseconds: 0 });
    await expect(waiting).rejects.toThrow(/^[^\p{Cc}]{1,500}$/u);
  });
});

describe('many jobs', () => {
  it('never hold more slots than there are, and all get their turn', async () => {
    const jobs = fc.record({ count: fc.integer({ min: 1, max: 3 }), jobs: fc.integer({ min: 1, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(jobs, async ({ count, jobs }) => {
        const directory = lockDirectory();
        const held = new Set<number>();
        let served = 0;
        const run = async () => {
          await using slot = await acquire({ directory, count });
          expect(held.has(slot.slot)).toBe(false);
          held.add(slot.slot);
          expect(await flockFromOutside('-n', join(directory, `${slot.slot}.lock`), 'true')).toBe(1);
          held.delete(slot.slot);
          served += 1;
        };
        await Promise.all(Array.from({ length: jobs }, run));
        expect(served).toBe(jobs);
      }),
      { numRuns: 12 },
    );
  }, 30_000);
});

describe('the order in which slots are tried', () => {
  it('holds each slot once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), (items) => {
        const result = shuffled(items, systemRandom);
        expect(result).toHaveLength(items.length);
        expect(new Set(result)).toEqual(new Set(items));
      }),
    );
  });

  it('is any order, by the fractions given', () => {
    expect(shuffled([1, 2, 3], { fraction: () => 0 })).toEqual([2, 3, 1]);
    expect(shuffled([1, 2, 3], { fraction: () => 0.999 })).toEqual([1, 2, 3]);
  });
});
