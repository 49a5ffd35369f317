import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { commitOf } from '../../scripts/bundle/commit.ts';

it('the commit is that of the folder itself, with a mark where its files differ', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(commitOf(folder)).toBeUndefined();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=me', '-c', 'user.email=me@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  git('init', '--quiet');
  writeFileSync(join(folder, 'file'), 'one');
  git('add', 'file');
  git('commit', '--quiet', '--message', 'one');
  git('tag', 'v1');
  const head = git('rev-parse', 'HEAD').trim();
  expect(commitOf(folder)).toBe(head);
  writeFileSync(join(folder, 'file'), 'two');
  expect(commitOf(folder)).toBe(`${head}-dirty`);
  mkdirSync(join(folder, 'unpacked'));
  expect(commitOf(join(folder, 'unpacked'))).toBeUndefined();
});
