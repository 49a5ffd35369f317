import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampledFiles } from '../../../scripts/tests/sampled-files.ts';

const root = join(import.meta.dirname, '../../..');

// With it, what one part leaves out the other has: the exhaustive run takes all of every list that is sampled.
test('the exhaustive run has each file that takes a sample, itself or by way of another', () => {
  const files = sampledFiles(root);
  expect(files).toContain('test/backup/killed.test.ts');
  // By way of engine-suite.ts, and of size.ts.
  expect(files).toContain('test/databases/mysql/suite.test.ts');
  expect(files).toContain('test/fuzz/commands.test.ts');
  expect(files).not.toContain('test/main.test.ts');
});

test('nothing but a sample makes a difference between the two', () => {
  const files = globSync('test/**/*.ts', { cwd: root });
  const readers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('EXHAUSTIVE'));
  expect(readers.filter((file) => file !== 'test/scripts/tests/sampled-files.test.ts')).toEqual([]);
});
