import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { LocalFile } from '../../../src/databases/operations/local-file.ts';
import { systemRandom } from '../../../src/core/system.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-file-'));
  path = join(folder, 'dump.sql');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Writes it, and does this before it is published. */
async function publish(force: boolean, meanwhile: () => void = () => {}): Promise<void> {
  await using file = await LocalFile.create(path, force, systemRandom);
  await file.write(Buffer.from('new'));
  meanwhile();
  await file.publish();
}

test.each([false, true])('a file is there as a whole, and nothing beside it (force: %s)', async (force) => {
  await publish(force, () => expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.partial$/)]));
  expect(readdirSync(folder)).toEqual(['dump.sql']);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('what comes there meanwhile is written over with force only', async () => {
  const other = () => writeFileSync(path, 'other');
  await expect(publish(false, other)).rejects.toMatchObject({ reason: 'settings' });
  expect(readFileSync(path, 'utf8')).toBe('other');
  await publish(true, other);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('what cannot be put in its place is an error, and leaves nothing behind', async () => {
  await expect(publish(true, () => mkdirSync(path))).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|directory/);
  expect(readdirSync(folder)).toEqual(['dump.sql']);
});

test('what is not published is gone', async () => {
  await using file = await LocalFile.create(path, false, systemRandom);
  await file.write(Buffer.from('half'));
  await file[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
});
