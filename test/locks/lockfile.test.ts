import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundle } from '../../scripts/bundle/bundle.ts';
import type { LockMethod, Slot } from '../../src/locks/lock-method.ts';
import { lockfileMethod } from '../../src/locks/lockfile.ts';
import { lockfileTimes } from '../../src/locks/lockfile-times.ts';
import { ownerPath, placeClaim, readOwner, removeClaim } from '../../src/locks/slot-claim.ts';
import { systemRandom } from '../../src/core/system.ts';
import { SandboxClock } from '../../scripts/sandbox/clock.ts';
import { acquire, flockFromOutside, lockDirectory } from './support.ts';

const never = new AbortController().signal;

/** One slot, and a job with a clock of its own; it renews each second. */
function scene() {
  const directory = lockDirectory();
  const slot: Slot = { number: 1, path: join(directory, '1.lock') };
  const clock = new SandboxClock();
  const method = lockfileMethod(
    directory,
    { clock, random: systemRandom },
    { ...lockfileTimes, renew: 1000 },
  );
  return { directory, slot, clock, method };
}

async function taken({ method, slot }: { method: LockMethod; slot: Slot }) {
  const { lock } = (await method.tryAny([slot], never))!;
  onTestFinished(() => lock.release());
  return lock;
}

describe('a slot of lockfile', () => {
  it('is a directory with one file, and gone when it is released', async () => {
    const { directory, slot, ...job } = scene();
    const lock = await taken({ ...job, slot });
    expect(readdirSync(directory)).toEqual(['1.lock.d']);
    expect(readdirSync(join(directory, '1.lock.d'))).toEqual([await readOwner(slot.path)]);
    await lock.release();
    await lock.release();
    expect(readdirSync(directory)).toEqual([]);
    expect(lock.lost.aborted).toBe(false);
  });

  it('that somebody has replaced by something else is no reason for its holder to fail', async () => {
    const job = scene();
    const lock = await taken(job);
    rmSync(join(job.directory, '1.lock.d'), { recursive: true });
    writeFileSync(join(job.directory, '1.lock.d'), '');
    await expect(lock.release()).resolves.toBeUndefined();
  });

  it('is kept as long as its holder renews it, whatever time that writes', async () => {
    const { slot, method, clock } = scene();
    await placeClaim(slot.path, 'alive');
    for (let round = 0; round < 5; round++) {
      const time = new Date(Date.now() - 300_000 + round);
      utimesSync(ownerPath(slot.path, 'alive'), time, time);
      expect(await method.tryAny([slot], never)).toBeUndefined();
      clock.advance(59_000);
    }
    clock.advance(1000);
    expect(await method.tryAny([slot], never)).toMatchObject({ slot });
  });

  it('is renewed by its holder', async () => {
    const job = scene();
    const lock = await taken(job);
    const path = ownerPath(job.slot.path, (await readOwner(job.slot.path))!);
    const times = new Set<number>();
    await vi.waitUntil(() => times.add(statSync(path).mtimeMs).size > 3, { timeout: 6000 });
    expect(lock.lost.aborted).toBe(false);
  }, 10_000);

  it.each([
    ['five minutes behind', -300_000],
    ['an hour ahead', 3_600_000],
  ])('whose holder has a clock that is %s is not taken, until it is no longer renewed', async (_, offset) => {
    const { slot, clock, method } = scene();
    await placeClaim(slot.path, 'dead');
    const time = new Date(Date.now() + offset);
    utimesSync(ownerPath(slot.path, 'dead'), time, time);
    expect(await method.tryAny([slot], never)).toBeUndefined();
    clock.advance(59_000);
    expect(await method.tryAny([slot], never)).toBeUndefined();
    clock.advance(1000);
    expect(await method.tryAny([slot], never)).toMatchObject({ slot });
  });

  it('that was not renewed for very long is taken also by a job that does not wait', async () => {
    const { slot, method } = scene();
    await placeClaim(slot.path, 'dead');
    const time = new Date(Date.now() - 601_000);
    utimesSync(ownerPath(slot.path, 'dead'), time, time);
    expect(await method.tryAny([slot], never)).toMatchObject({ slot });
  });

  it('of which a crash has left an empty directory is free', async () => {
    const job = scene();
    mkdirSync(join(job.directory, '1.lock.d'));
    expect(await job.method.tryAny([job.slot], never)).toMatchObject({ slot: job.slot });
  });

  it('is not freed by a late hand that meant the one before', async () => {
    const { slot, method } = scene();
    await placeClaim(slot.path, 'dead');
    await removeClaim(slot.path, 'dead');
    const lock = await taken({ method, slot });
    await removeClaim(slot.path, 'dead');
    expect(await method.tryAny([slot], never)).toBeUndefined();
    expect(lock.lost.aborted).toBe(false);
  });

  it('is had by one of many that break it in the same moment', async () => {
    const { slot, directory } = scene();
    for (let round = 0; round < 20; round++) {
      await placeClaim(slot.path, 'dead');
      const time = new Date(Date.now() - 3_600_000);
      utimesSync(ownerPath(slot.path, 'dead'), time, time);
      const all = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const owner = systemRandom.id(16);
          await removeClaim(slot.path, 'dead');
          return (await placeClaim(slot.path, owner)) ? owner : undefined;
        }),
      );
      const winners = all.filter((owner) => owner !== undefined);
      expect(winners).toEqual([await readOwner(slot.path)]);
      await removeClaim(slot.path, winners[0]!);
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it('does not meet the flock of a shell job, which is told that it came to the wrong place', async () => {
    const directory = lockDirectory();
    await acquire({ directory, method: 'lockfile' });
    const path = join(directory, '1.lock');
    expect(await flockFromOutside('-n', path, 'true')).toBe(0);
    await expect(acquire({ directory, method: 'lockfile', timeoutMilliseconds: 0 })).rejects.toThrow(
      "has the file '1.lock' of a job that locks with flock",
    );
  });

  it('with something else in its place is refused', async () => {
    const { directory, method, slot } = scene();
    writeFileSync(join(directory, '1.lock.d'), '');
    await expect(method.tryAny([slot], never)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('is not the claim of a backup'),
    });
  });
});

describe('a slot of lockfile is lost', () => {
  it('when somebody else has it, and stays theirs', async () => {
    const { slot, method } = scene();
    const lock = await taken({ method, slot });
    await removeClaim(slot.path, (await readOwner(slot.path))!);
    await placeClaim(slot.path, 'other');
    await vi.waitUntil(() => lock.lost.aborted, { timeout: 4000 });
    expect(lock.lost.reason).toMatchObject({
      reason: 'lock',
      message: expect.stringMatching(
        /^The lock of the node slot '.*1\.lock' was lost while this backup was at work \(ENOENT.*\); look at what stalls/,
      ),
    });
    await lock.release();
    expect(await readOwner(slot.path)).toBe('other');
  });

  it('when the whole directory is removed', async () => {
    const { slot, method, directory } = scene();
    const lock = await taken({ method, slot });
    rmSync(join(directory, '1.lock.d'), { recursive: true });
    await vi.waitUntil(() => lock.lost.aborted, { timeout: 4000 });
    await lock.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('when its holder has stalled, before anybody else may take it', async () => {
    const job = scene();
    const lock = await taken(job);
    job.clock.advance(45_000);
    await vi.waitUntil(() => lock.lost.aborted);
    expect(String(lock.lost.reason)).toContain('not renewed for 45 seconds');
    await lock.release();
    expect(await readOwner(job.slot.path)).toBeUndefined();
  });

  it('never after its release', async () => {
    const job = scene();
    const lock = await taken(job);
    await lock.release();
    job.clock.advance(60_000);
    await placeClaim(job.slot.path, 'other');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(lock.lost.aborted).toBe(false);
  });
});

describe('in the bundle', () => {
  it('a slot of lockfile leaves signals, exit code and file system of the process alone', async () => {
    const directory = lockDirectory();
    const entry = join(import.meta.dirname, 'lockfile-process.ts');
    await bundle({ entry, outfile: join(directory, 'job.mjs') });
    mkdirSync(join(directory, 'locks'));
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(directory, 'job.mjs'),
      join(directory, 'locks'),
    ]);
    expect(JSON.parse(stdout)).toEqual({ slot: 1, listeners: 0, isUntouched: true });
    expect(readdirSync(join(directory, 'locks'))).toContain('1.lock.d');
  });
});
