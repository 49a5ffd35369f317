import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src/core/system.ts';
import { claimDirectory, requireUsableDirectory } from '../../src/locks/claim-directory.ts';
import { messageOf } from '../../src/core/errors.ts';
import { acquire, lockDirectory } from './support.ts';

describe('the lock directory', () => {
  it.each(['flock', 'lockfile'] as const)(
    'is marked with the way in which it is used: %s',
    async (method) => {
      const directory = lockDirectory();
      expect(await claimDirectory(directory, method, systemRandom)).toBe(method);
      expect(await claimDirectory(directory, method, systemRandom)).toBe(method);
      expect(readdirSync(directory)).toEqual(['.method']);
      expect(readFileSync(join(directory, '.method'), 'utf8')).toBe(`${method}\n`);
    },
  );

  it('that is marked with another way is refused', async () => {
    const directory = lockDirectory();
    writeFileSync(join(directory, '.method'), 'lockfile\n');
    await expect(acquire({ directory })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining("is used with 'lockfile'"),
    });
    expect(readdirSync(directory)).toEqual(['.method']);
  });

  it.each(['fcntl\n', '', 'flock flock'])(
    'that is marked with %j is refused by auto as well',
    async (marker) => {
      const directory = lockDirectory();
      writeFileSync(join(directory, '.method'), marker);
      await expect(acquire({ directory, method: 'auto' })).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringContaining('names no way of locking that this version knows'),
      });
      expect(readdirSync(directory)).toEqual(['.method']);
    },
  );

  it('that another job marked in the same moment is judged by what that job wrote', async () => {
    const random = (directory: string) => ({
      ...systemRandom,
      id(length: number) {
        writeFileSync(join(directory, '.method'), 'lockfile\n');
        return systemRandom.id(length);
      },
    });
    const [one, other] = [lockDirectory(), lockDirectory()];
    await expect(claimDirectory(one, 'flock', random(one))).rejects.toThrow("is used with 'lockfile'");
    expect(readdirSync(one)).toEqual(['.method']);
    expect(await claimDirectory(other, 'auto', random(other))).toBe('lockfile');
  });

  it('with files of flock is not used with lockfile, whoever came first', async () => {
    const directory = lockDirectory();
    writeFileSync(join(directory, '1.lock'), '');
    const refused = { reason: 'preflight', message: expect.stringContaining("has the file '1.lock'") };
    await expect(acquire({ directory, method: 'lockfile' })).rejects.toMatchObject(refused);
    expect(readdirSync(directory)).toEqual(['1.lock']);
    writeFileSync(join(directory, '.method'), 'lockfile\n');
    await expect(acquire({ directory, method: 'auto' })).rejects.toMatchObject(refused);
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

describe('a look at the lock directory', () => {
  const states = {
    'is empty': [],
    'has files of flock': ['1.lock'],
    'is marked with flock': ['.method=flock'],
    'is marked with flock and has files of it': ['.method=flock', '1.lock'],
    'is marked with lockfile': ['.method=lockfile'],
    'is marked with lockfile and has files of flock': ['.method=lockfile', '1.lock'],
    'is marked with something else': ['.method=fcntl'],
    'has a file that is like one of flock': ['1.lock.txt', 'a1.lock'],
  };
  const wishes = ['flock', 'lockfile', 'auto'] as const;
  const cases = Object.entries(states).flatMap(([state, files]) =>
    wishes.map((wish) => [state, wish, files] as const),
  );

  it.each(cases)(
    'that %s says of %s what using it would say, and changes nothing',
    async (_, wish, files) => {
      const directory = lockDirectory();
      for (const file of files) {
        const [name = '', text = ''] = file.split('=');
        writeFileSync(join(directory, name), text);
      }
      const before = readdirSync(directory);
      const look = async () => requireUsableDirectory(directory, wish);
      const looked = await look().catch(messageOf);
      expect(readdirSync(directory)).toEqual(before);
      const used = await claimDirectory(directory, wish, systemRandom).then(() => undefined, messageOf);
      expect(looked).toBe(used);
    },
  );
});

describe('the way that auto chooses', () => {
  const nfs = 0x6969;
  const cifs = 0xff534d42;
  const ext4 = 0xef53;
  const choose = (directory: string, type: number, hasFlock = true) =>
    claimDirectory(directory, 'auto', systemRandom, {
      hasFlockProgram: () => Promise.resolve(hasFlock),
      filesystemType: () => type,
    });

  it.each([
    ['flock on a disk', ext4, true, 'flock'],
    ['lockfile where there is no flock program', ext4, false, 'lockfile'],
    ['lockfile on NFS', nfs, true, 'lockfile'],
    ['lockfile on CIFS', cifs, true, 'lockfile'],
    ['lockfile on CIFS, as a machine of 32 bits tells it', cifs - 2 ** 32, true, 'lockfile'],
  ])('is %s', async (_, type, hasFlock, method) => {
    const directory = lockDirectory();
    expect(await choose(directory, type, hasFlock)).toBe(method);
    expect(readFileSync(join(directory, '.method'), 'utf8')).toBe(`${method}\n`);
  });

  it('is what the directory is used with already', async () => {
    const [marked, used] = [lockDirectory(), lockDirectory()];
    writeFileSync(join(marked, '.method'), 'lockfile\n');
    writeFileSync(join(used, '2.lock'), '');
    expect(await choose(marked, ext4)).toBe('lockfile');
    expect(await choose(used, nfs)).toBe('flock');
  });

  it('is flock on this machine', async () => {
    const slot = await acquire({ directory: lockDirectory(), method: 'auto' });
    expect(slot.lost.aborted).toBe(false);
  });
});
