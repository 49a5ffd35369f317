import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ownerPath, placeClaim } from '../../src/locks/slot-claim.ts';
import { Tickets } from '../../src/locks/tickets.ts';
import { acquire, flockFromOutside, lockDirectory, waiting } from './support.ts';

/** Root may write everywhere, so that a test run by root becomes somebody else for a while. */
async function unprivileged<Result>(run: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid!(65_534);
  try {
    return await run();
  } finally {
    process.seteuid!(0);
  }
}

/** As a hostPath is that only root has used: directory and files can be read by others, not written. */
function directoryOfRoot(...files: string[]): string {
  const directory = lockDirectory();
  for (const file of files) {
    writeFileSync(join(directory, file), '');
    chmodSync(join(directory, file), 0o444);
  }
  chmodSync(directory, 0o555);
  return directory;
}

describe('a job that is not root', () => {
  it('takes slots whose files belong to root and can only be read', async () => {
    const directory = directoryOfRoot('1.lock');
    const slot = await unprivileged(() => acquire({ directory, holder: 'shop/backup' }));
    expect(await flockFromOutside('-n', join(directory, '1.lock'), 'true')).toBe(1);
    expect(readdirSync(directory)).toEqual(['1.lock']);
    const waiting = unprivileged(() => acquire({ directory }));
    await slot.release();
    expect((await waiting).slot).toBe(1);
    chmodSync(directory, 0o755);
  });

  it('is told what to do where it cannot make the lock files', async () => {
    const directory = directoryOfRoot();
    await expect(unprivileged(() => acquire({ directory }))).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(
        /^Cannot make the lock file '.*1\.lock' as user \d+; let that user write/,
      ),
    });
    chmodSync(directory, 0o755);
  });

  it('is told what to do where it cannot make the directories of lockfile', async () => {
    const directory = directoryOfRoot();
    const method = 'lockfile';
    await expect(unprivileged(() => acquire({ directory, method }))).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(/^Cannot write '.*\.method' \(EACCES/),
    });
    writeFileSync(join(directory, '.method'), 'lockfile');
    await expect(unprivileged(() => acquire({ directory, method }))).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringMatching(/^Cannot use '.*1\.lock\.d' as user \d+ \(EACCES/),
    });
    chmodSync(directory, 0o755);
  });

  it('queues with jobs of other users', async () => {
    const directory = lockDirectory();
    chmodSync(directory, 0o777);
    const first = await acquire({ directory });
    const second = acquire({ directory });
    await vi.waitUntil(() => waiting(directory).length === 1);
    const third = unprivileged(async () => {
      const taken = acquire({ directory });
      await vi.waitUntil(() => waiting(directory).length === 2);
      await first.release();
      await (await second).release();
      return await taken;
    });
    expect((await third).slot).toBe(1);
  });

  it('takes the slot and the turn of a dead job of another user, by lockfile', async () => {
    const directory = lockDirectory();
    chmodSync(directory, 0o777);
    const dead = 'a'.repeat(12);
    expect(await placeClaim(join(directory, '1.lock'), dead)).toBe(true);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(ownerPath(join(directory, '1.lock'), dead), longAgo, longAgo);
    new Tickets(directory).prepare();
    writeFileSync(join(directory, '.waiting', `000000000001-${dead}`), '7');
    await unprivileged(async () => {
      const slot = await acquire({ directory, method: 'lockfile' });
      await slot.release();
    });
    expect(readdirSync(directory).toSorted()).toEqual(['.method', '.waiting']);
    expect(waiting(directory)).toEqual([]);
  });

  it('leaves lock files that jobs of every other user can use', async () => {
    const directory = lockDirectory();
    chmodSync(directory, 0o777);
    await unprivileged(() => acquire({ directory }));
    expect(statSync(join(directory, '1.lock')).mode & 0o777).toBe(0o666);
    expect(statSync(join(directory, '.method')).mode & 0o777).toBe(0o644);
  });
});

describe('a lock file', () => {
  it('that is a symbolic link is refused, and what it leads to stays as it was', async () => {
    const directory = lockDirectory();
    const target = join(directory, 'precious');
    writeFileSync(target, 'content');
    symlinkSync(target, join(directory, '1.lock'));
    await expect(acquire({ directory })).rejects.toMatchObject({ reason: 'preflight' });
    expect(readFileSync(target, 'utf8')).toBe('content');
  });
});
