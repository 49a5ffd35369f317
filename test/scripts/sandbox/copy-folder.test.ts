import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyFolder } from '../../../scripts/sandbox/copy-folder.ts';

const longAgo = new Date('2020-01-01T00:00:00.123Z');

describe('a copy of a folder', () => {
  let root: string;
  const at = (...path: string[]) => join(root, ...path);
  const inode = (...path: string[]) => lstatSync(at(...path)).ino;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'copy-'));
    mkdirSync(at('source', 'sub'), { recursive: true });
    writeFileSync(at('source', 'sub', 'old'), 'old words');
    utimesSync(at('source', 'sub', 'old'), longAgo, longAgo);
    writeFileSync(at('source', 'new'), 'new words');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('has all files, links and modes, and the times of the files', async () => {
    chmodSync(at('source', 'new'), 0o640);
    chmodSync(at('source', 'sub'), 0o500);
    symlinkSync('sub/old', at('source', 'link'));
    await copyFolder(at('source'), at('copy'));
    expect(readFileSync(at('copy', 'sub', 'old'), 'utf8')).toBe('old words');
    expect(statSync(at('copy', 'sub', 'old')).mtime).toEqual(longAgo);
    expect(readlinkSync(at('copy', 'link'))).toBe('sub/old');
    expect(statSync(at('copy', 'new')).mode & 0o777).toBe(0o640);
    expect(statSync(at('copy', 'sub')).mode & 0o777).toBe(0o500);
  });

  test('shares with an earlier one what has not been written to since, and nothing else', async () => {
    const begunAt = new Date();
    await copyFolder(at('source'), at('first'));
    writeFileSync(at('source', 'new'), 'NEW WORDS');
    await copyFolder(at('source'), at('second'), { folder: at('first'), begunAt });
    expect(inode('second', 'sub', 'old')).toBe(inode('first', 'sub', 'old'));
    expect(readFileSync(at('second', 'new'), 'utf8')).toBe('NEW WORDS');
    expect(readFileSync(at('first', 'new'), 'utf8')).toBe('new words');
  });

  test('does not trust a file that was written to just before the earlier one was begun', async () => {
    const begunAt = new Date();
    const justBefore = new Date(begunAt.getTime() - 5);
    utimesSync(at('source', 'new'), justBefore, justBefore);
    await copyFolder(at('source'), at('first'));
    // Within the same tick of a coarse clock, and of the same length.
    writeFileSync(at('source', 'new'), 'NEW WORDS');
    utimesSync(at('source', 'new'), justBefore, justBefore);
    await copyFolder(at('source'), at('second'), { folder: at('first'), begunAt });
    expect(readFileSync(at('second', 'new'), 'utf8')).toBe('NEW WORDS');
  });

  test('does without an earlier one that has gone meanwhile', async () => {
    await copyFolder(at('source'), at('second'), { folder: at('gone'), begunAt: new Date() });
    expect(readFileSync(at('second', 'sub', 'old'), 'utf8')).toBe('old words');
  });
});
