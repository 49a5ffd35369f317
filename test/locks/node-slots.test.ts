import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemRandom } from '../../src/core/system.ts';
import { shuffled } from '../../src/locks/node-slots.ts';
import { isExhaustive } from '../support/exhaustive.ts';
import { acquire, flockFromOutside, lockDirectory, openers, testContext, waiting } from './support.ts';

describe('a node slot', () => {
  it('keeps flock(1) of other jobs out until it is released', async () => {
    const directory = lockDirectory();
    const slot = await acquire({ directory });
    const path = join(directory, '1.lock');
    expect(await flockFromOutside('-n', path, 'true')).toBe(1);
    await slot.release();
    expect(await flockFromOutside('-n', path, 'true')).toBe(0);
  });

  it('is waited for while a shell job has it, and is ours as soon as that ends', async () => {
    const directory = lockDirectory();
    const path = join(directory, '1.lock');
    const shell = spawn('flock', [path, 'sh', '-c', 'echo locked; read line'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(shell.stdout, 'data');
    await expect(acquire({ directory, timeoutMilliseconds: 0 })).rejects.toMatchObject({ reason: 'lock' });
    const waiter = acquire({ directory });
    await vi.waitFor(() => expect(openers(path)).toContain(process.pid));
    shell.stdin.end();
    expect((await waiter).slot).toBe(1);
    expect(await flockFromOutside('-n', path, 'true')).toBe(1);
  });

  it('goes to a shell job that waits for it', async () => {
    const directory = lockDirectory();
    const slot = await acquire({ directory });
    const path = join(directory, '1.lock');
    const shell = flockFromOutside(path, 'true');
    await vi.waitFor(() => expect(openers(path).length).toBe(2));
    await slot.release();
    expect(await shell).toBe(0);
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
  it('is done at the slots by the first in the line, and by each other at the one before it', async () => {
    const directory = lockDirectory();
    const path = join(directory, '1.lock');
    const held = await acquire({ directory });
    const jobs: Promise<unknown>[] = [];
    const served: number[] = [];
    for (let job = 0; job < 4; job++) {
      jobs.push(acquire({ directory }).then((slot) => (served.push(job), slot.release())));
      await vi.waitUntil(() => waiting(directory).length === job + 1);
    }
    const tickets = waiting(directory).map((name) => join(directory, '.waiting', name));
    // Those of flock(1), which wait: one at the slot, and at each ticket that of the job behind it.
    const others = (file: string) => openers(file).filter((pid) => pid !== process.pid).length;
    await vi.waitFor(() => expect([path, ...tickets].map(others)).toEqual([1, 1, 1, 1, 0]));
    await held.release();
    await Promise.all(jobs);
    expect(served).toEqual([0, 1, 2, 3]);
  });

  it('gives back what frees in the same moment', async () => {
    const directory = lockDirectory();
    const held = await Promise.all([1, 2, 3].map(() => acquire({ directory, count: 3 })));
    const context = testContext();
    const waiter = acquire({ directory, count: 3 }, context);
    await vi.waitFor(() => expect(openers(join(directory, '3.lock')).length).toBeGreaterThan(1));
    await Promise.all(held.map((slot) => slot.release()));
    const { slot } = await waiter;
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
      { numRuns: isExhaustive ? 40 : 6 },
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
