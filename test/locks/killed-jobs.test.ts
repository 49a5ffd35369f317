import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { SandboxClock } from '../../scripts/sandbox/clock.ts';
import {
  acquire,
  flockFromOutside,
  killHard,
  lockDirectory,
  openers,
  startJob,
  testContext,
  waiting,
} from './support.ts';

const startFlock = (directory: string, until: string) => startJob(until, directory, 'flock', '1');

describe('a job that is killed with SIGKILL', () => {
  it('frees its slot at once', async () => {
    const directory = lockDirectory();
    const job = await startFlock(directory, 'node slot taken');
    expect(await flockFromOutside('-n', join(directory, '1.lock'), 'true')).toBe(1);
    await killHard(job);
    expect(await flockFromOutside('-n', join(directory, '1.lock'), 'true')).toBe(0);
  });

  it('hands its slot to a job that waits', async () => {
    const directory = lockDirectory();
    const job = await startFlock(directory, 'node slot taken');
    const waiter = acquire({ directory });
    await vi.waitFor(() => expect(openers(join(directory, '1.lock'))).toContain(process.pid));
    await killHard(job);
    expect((await waiter).slot).toBe(1);
  });

  it('while it waits leaves nothing that could hold the slot later', async () => {
    const directory = lockDirectory();
    const path = join(directory, '1.lock');
    const slot = await acquire({ directory });
    const job = await startFlock(directory, 'waiting for one');
    await vi.waitFor(() => expect(openers(path).length).toBe(3));
    await killHard(job);
    await slot.release();
    await vi.waitFor(() => expect(openers(path)).toEqual([]));
    expect(await flockFromOutside('-n', path, 'true')).toBe(0);
  });

  it('frees a slot of lockfile when it was not renewed for a minute, and not before', async () => {
    const directory = lockDirectory();
    const job = await startJob('node slot taken', directory, 'lockfile', '1');
    await killHard(job);
    const clock = new SandboxClock();
    const context = testContext({ clock });
    const start = clock.monotonic();
    let slot: number | undefined;
    const options = { directory, method: 'lockfile', timeoutMilliseconds: 3_600_000 } as const;
    void acquire(options, context).then((taken) => ({ slot } = taken));
    await vi.waitUntil(() => waiting(directory).length > 0);
    await vi.waitUntil(
      () => {
        if (slot === undefined) clock.advance(1000);
        return slot !== undefined;
      },
      { interval: 20, timeout: 10_000 },
    );
    expect(slot).toBe(1);
    expect(clock.monotonic() - start).toBeGreaterThanOrEqual(60_000);
    expect(context.lines[0]).toMatchObject({ holders: { 1: expect.stringMatching(/^shop\/killed since /) } });
  }, 15_000);

  it.each(['flock', 'lockfile'] as const)(
    'while it waits with %s holds nobody up that came later',
    async (method) => {
      const directory = lockDirectory();
      const first = await acquire({ directory, method });
      const job = await startJob('waiting for one', directory, method, '1');
      await vi.waitUntil(() => waiting(directory).length === 1);
      const later = acquire({ directory, method });
      await vi.waitUntil(() => waiting(directory).length === 2);
      await killHard(job);
      await first.release();
      expect((await later).slot).toBe(1);
      await vi.waitUntil(() => waiting(directory).length === 0);
    },
  );
});
