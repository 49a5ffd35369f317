import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquire, flockFromOutside, lockDirectory } from './support.ts';

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
    expect(existsSync(join(directory, '.method'))).toBe(false);
    expect(readFileSync(join(directory, '1.lock'), 'utf8')).toBe('');
    await slot.release();
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
