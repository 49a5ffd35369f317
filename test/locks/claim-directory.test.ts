import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src/system.ts';
import { claimDirectory } from '../../src/locks/claim-directory.ts';
import { acquire, lockDirectory } from './support.ts';

describe('the lock directory', () => {
  it('is marked with the way in which it is used, and with nothing else', () => {
    const directory = lockDirectory();
    claimDirectory(directory, 'flock', systemRandom);
    claimDirectory(directory, 'flock', systemRandom);
    expect(readdirSync(directory)).toEqual(['.method']);
    expect(readFileSync(join(directory, '.method'), 'utf8')).toBe('flock\n');
  });

  it.each(['lockfile\n', ''])('that is marked with %j is refused', async (marker) => {
    const directory = lockDirectory();
    writeFileSync(join(directory, '.method'), marker);
    await expect(acquire({ directory })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`is used with '${marker.trim()}'`),
    });
    expect(readdirSync(directory)).toEqual(['.method']);
  });

  it('that another job marked in the same moment is judged by what that job wrote', () => {
    const directory = lockDirectory();
    const random = {
      ...systemRandom,
      id(length: number) {
        writeFileSync(join(directory, '.method'), 'lockfile\n');
        return systemRandom.id(length);
      },
    };
    expect(() => claimDirectory(directory, 'flock', random)).toThrow("is used with 'lockfile'");
    expect(readdirSync(directory)).toEqual(['.method']);
  });

  it('that is missing, or is a file, is refused with what to do', async () => {
    const directory = lockDirectory();
    writeFileSync(join(directory, 'file'), '');
    const problem = (name: string) => acquire({ directory: join(directory, name) });
    await expect(problem('missing')).rejects.toThrow(/does not exist; mount a hostPath volume/);
    await expect(problem('file')).rejects.toThrow(/is not a directory; mount a hostPath volume/);
  });

  it('may hold lock files that shell jobs made', async () => {
    const directory = lockDirectory();
    writeFileSync(join(directory, '1.lock'), '');
    expect((await acquire({ directory })).slot).toBe(1);
  });

  it('with a directory in the place of a lock file is refused', async () => {
    const directory = lockDirectory();
    mkdirSync(join(directory, '1.lock'));
    await expect(acquire({ directory })).rejects.toMatchObject({ reason: 'preflight' });
  });
});
