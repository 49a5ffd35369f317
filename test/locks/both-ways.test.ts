import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import * as support from './support.ts';
import { lockDirectory, skippingClock, testContext, waiting } from './support.ts';
import { exhaustively } from '../support/exhaustive.ts';

const script = fileURLToPath(new URL('job.ts', import.meta.url));

describe.each(['flock', 'lockfile'] as const)('node slots by %s', (method) => {
  const acquire = (
    options: Parameters<typeof support.acquire>[0],
    context?: Parameters<typeof support.acquire>[1],
  ) => support.acquire({ method, ...options }, context);
  const holderOf = (directory: string) => readFileSync(join(directory, '1.holder'), 'utf8');

  it('are any that are free', async () => {
    const directory = lockDirectory();
    const slots = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    expect(new Set(slots.map(({ slot }) => slot))).toEqual(new Set([1, 2, 3]));
    expect(slots.map(({ lost }) => lost.aborted)).toEqual([false, false, false]);
  });

  exhaustively.test('are released at the end of their scope, and only once', async () => {
    const directory = lockDirectory();
    let first;
    {
      await using slot = await acquire({ directory });
      first = slot;
    }
    await using second = await acquire({ directory });
    await first.release();
    expect(second.slot).toBe(1);
    await expect(acquire({ directory, timeoutMilliseconds: 0 })).rejects.toMatchObject({ reason: 'lock' });
  });

  it('are never had by two processes at once', async () => {
    const directory = lockDirectory();
    const jobs = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [script, directory, method, '2', '5'], {
        stdio: ['ignore', 'inherit', 'pipe'],
      }),
    );
    const ends = await Promise.all(
      jobs.map(async (job) => {
        let said = '';
        job.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
        const [code] = (await once(job, 'close')) as [number | null];
        return code === 0 ? 0 : said;
      }),
    );
    expect(ends).toEqual(jobs.map(() => 0));
    expect(waiting(directory)).toEqual([]);
  }, 60_000);

  exhaustively.test('go to the job that waits, whichever frees first', async () => {
    const directory = lockDirectory();
    const held = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    const context = testContext();
    const waiter = acquire({ directory, count: 3 }, context);
    await vi.waitFor(() => expect(context.lines).not.toEqual([]));
    const start = performance.now();
    await held[1]!.release();
    expect((await waiter).slot).toBe(held[1]!.slot);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('are all given back but one when several free in the same moment', async () => {
    const directory = lockDirectory();
    const held = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    const waiter = acquire({ directory, count: 3 });
    await vi.waitUntil(() => waiting(directory).length === 1);
    await Promise.all(held.map((slot) => slot.release()));
    await waiter;
    const others = await Promise.all(
      [1, 2].map(() => acquire({ directory, count: 3, timeoutMilliseconds: 5000 })),
    );
    expect(others).toHaveLength(2);
  });

  exhaustively.test(
    'come in the order of arrival, although jobs go on coming',
    async () => {
      const directory = lockDirectory();
      const count = 2;
      const held = await Promise.all([1, 2].map(() => acquire({ directory, count })));
      const served: number[] = [];
      const jobs: Promise<void>[] = [];
      const arrive = async (job: number) => {
        const context = testContext();
        const work = async () => {
          await using _slot = await acquire({ directory, count }, context);
          served.push(job);
          // One that is about to take its slot may be slow: no second one passes it by the other slot meanwhile.
          await vi.waitUntil(() => served.filter((other) => other < job).length === job, { timeout: 20_000 });
        };
        jobs.push(work());
        await vi.waitUntil(() => context.lines.length > 0, { interval: 1 });
      };
      for (let job = 0; job < 6; job++) {
        await arrive(job);
        await vi.waitUntil(() => waiting(directory).length === job + 1);
      }
      await Promise.all(held.map((slot) => slot.release()));
      for (let job = 6; job < 12; job++) await arrive(job);
      await Promise.all(jobs);
      const overtakers = served.map(
        (job, index) => served.slice(0, index).filter((other) => other > job).length,
      );
      // Two slots that are free at once go to the first two, whichever of them is quicker.
      expect(Math.max(...overtakers)).toBeLessThan(count);
      expect(served).toHaveLength(12);
    },
    30_000,
  );

  it('are not taken by a newcomer while another waits', async () => {
    const directory = lockDirectory();
    const first = await acquire({ directory });
    const order: string[] = [];
    const early = acquire({ directory }).then((slot) => (order.push('early'), slot));
    await vi.waitUntil(() => waiting(directory).length === 1);
    const released = first.release();
    const late = acquire({ directory }).then((slot) => (order.push('late'), slot));
    await released;
    await (await early).release();
    await late;
    expect(order).toEqual(['early', 'late']);
  });

  exhaustively.test('leave nothing behind of a job that is aborted while it waits', async () => {
    const directory = lockDirectory();
    const first = await acquire({ directory });
    const controller = new AbortController();
    const waiter = acquire({ directory }, testContext({ signal: controller.signal }));
    const second = acquire({ directory });
    await vi.waitUntil(() => waiting(directory).length === 2);
    controller.abort(new Error('SIGTERM'));
    await expect(waiter).rejects.toThrow('SIGTERM');
    await vi.waitUntil(() => waiting(directory).length === 1);
    await first.release();
    await (await second).release();
    expect(waiting(directory)).toEqual([]);
    expect(
      readdirSync(directory).filter((name) => !['.method', '.waiting', '1.lock'].includes(name)),
    ).toEqual([]);
  });

  it('are not even tried by a job that is aborted already', async () => {
    const directory = lockDirectory();
    const signal = AbortSignal.abort(new Error('SIGTERM'));
    await expect(acquire({ directory }, testContext({ signal }))).rejects.toThrow('SIGTERM');
    expect((await acquire({ directory, timeoutMilliseconds: 0 })).slot).toBe(1);
  });

  exhaustively.test('are not waited for with a timeout of zero', async () => {
    const directory = lockDirectory();
    await acquire({ directory });
    const context = testContext();
    await expect(acquire({ directory, timeoutMilliseconds: 0 }, context)).rejects.toMatchObject({
      reason: 'lock',
    });
    expect(context.lines).toEqual([]);
  });

  it('say who holds them while they are held', async () => {
    const directory = lockDirectory();
    const context = testContext({ clock: skippingClock() });
    const slot = await acquire({ directory, holder: 'shop/backup-x7k2p' }, context);
    expect(holderOf(directory)).toBe('shop/backup-x7k2p since 2026-11-20T14:03:07.000Z\n');
    await slot.release();
    expect(existsSync(join(directory, '1.holder'))).toBe(false);
  });

  exhaustively.test('leave the name of the next holder alone', async () => {
    const directory = lockDirectory();
    const slot = await acquire({ directory, holder: 'shop/first' });
    writeFileSync(join(directory, '1.holder'), 'shop/second since today\n');
    await slot.release();
    expect(holderOf(directory)).toBe('shop/second since today\n');
  });

  it('are taken although nobody can write who holds them', async () => {
    const directory = lockDirectory();
    mkdirSync(join(directory, '1.holder'));
    writeFileSync(join(directory, '1.holder', 'foreign'), '');
    const slot = await acquire({ directory });
    await slot.release();
    expect(readdirSync(join(directory, '1.holder'))).toEqual(['foreign']);
    expect(readdirSync(directory).filter((name) => name.startsWith('1.holder.'))).toEqual([]);
  });

  exhaustively.test(
    'replace a symbolic link in the place of a holder, and do not write where it leads',
    async () => {
      const directory = lockDirectory();
      writeFileSync(join(directory, 'precious'), 'content');
      symlinkSync(join(directory, 'precious'), join(directory, '1.holder'));
      await acquire({ directory, holder: 'shop/backup' });
      expect(holderOf(directory)).toMatch(/^shop\/backup since /);
      expect(readFileSync(join(directory, 'precious'), 'utf8')).toBe('content');
    },
  );
});

describe('a job that waits for a node slot', () => {
  it('says at its start, each minute and at its end who holds the slots', async () => {
    const directory = lockDirectory();
    const clock = skippingClock();
    await support.acquire({ directory, count: 2, holder: 'shop/backup-a' }, testContext({ clock }));
    await support.acquire({ directory, count: 2 }, testContext({ clock }));
    const context = testContext({ clock });
    const options = { directory, count: 2, timeoutMilliseconds: 150_000 };
    await expect(support.acquire(options, context)).rejects.toMatchObject({
      reason: 'lock',
      message: expect.stringMatching(
        /^None of the 2 slots in '.*' became free within 150 seconds \(.*[12] by shop\/backup-a since 2026.*\); look for/,
      ),
    });
    expect(clock.sleeps).toEqual([60_000, 60_000, 30_000]);
    expect(context.lines.map(({ msg, waitedMilliseconds }) => [msg, waitedMilliseconds])).toEqual([
      ['all node slots are taken, waiting for one', undefined],
      ['still waiting for a node slot', 60_000],
      ['still waiting for a node slot', 120_000],
    ]);
    expect(new Set(Object.values(context.lines[1]?.['holders'] as object))).toEqual(
      new Set(['shop/backup-a since 2026-11-20T14:03:07.000Z', 'somebody since 2026-11-20T14:03:07.000Z']),
    );
  });
});
