import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { whyNotBuilt } from '../../../scripts/bundle/built.ts';

/** A checkout in which files were last changed at these seconds. */
function checkout(files: Readonly<Record<string, number>>): string {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['dist', 'src/cli']) mkdirSync(join(root, folder), { recursive: true });
  for (const [file, seconds] of Object.entries(files)) {
    writeFileSync(join(root, file), '');
    utimesSync(join(root, file), seconds, seconds);
  }
  return root;
}

test.each([
  { files: { 'dist/b.mjs': 20, 'src/cli/list.ts': 20, 'package-lock.json': 10 }, why: undefined },
  { files: { 'src/cli/list.ts': 10 }, why: 'is missing' },
  { files: { 'dist/b.mjs': 20, 'src/cli/list.ts': 21 }, why: 'is older than src/cli/list.ts' },
  { files: { 'dist/b.mjs': 20, 'package-lock.json': 21 }, why: 'is older than package-lock.json' },
  { files: { 'dist/b.mjs': 20, 'README.md': 21 }, why: undefined },
])('a bundle of $files is as its sources are, or it is said why not: $why', ({ files, why }) => {
  const root = checkout(files);
  expect(whyNotBuilt(join(root, 'dist/b.mjs'), root)).toBe(why);
});
