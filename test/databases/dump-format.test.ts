import { describe, expect, it } from 'vitest';
import { checkCompression, endingOf, isNamedAsFile, packingOf } from '../../src/databases/dump-format.ts';

describe('the name of a dump file', () => {
  it.each([
    ['/data/dump.sql.gz', 'gzip'],
    ['/data/dump.sql.zst', 'zstd'],
    ['/data/dump.sql.lz4', 'lz4'],
    ['/data/dump.sql', 'plain'],
    ['/data.gz/dump', 'plain'],
    ['/data/dump.gz.old', 'plain'],
  ] as const)('says the format: %s is %s', (path, packing) => {
    expect(packingOf(path)).toBe(packing);
    expect(path.endsWith(endingOf(packing))).toBe(true);
  });

  it('is one of a file, or one that a folder may have', () => {
    const names = ['/d/x.sql', '/d/x.gz', '/d/x.sql.zst', '/d/x.sql.lz4', '/d/x', '/d/x.dump'];
    expect(names.map(isNamedAsFile)).toEqual([true, true, true, true, false, false]);
  });

  it.each([
    ['/d/x.sql.xz', 1, 'ends with .xz (/d/x.sql.xz), which no dump is written as; let it end with .sql.gz'],
    ['/d/x.sql.gz', 10, 'X_COMPRESSION_LEVEL is 10, and the highest for a file that ends with .gz is 9'],
    ['/d/x.sql.lz4', 13, 'highest for a file that ends with .lz4 is 12'],
  ])('and the level go together, or not: %s at %d', (path, level, words) => {
    expect(checkCompression('X', path, level)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['/d/x.sql.gz', 9],
    ['/d/x.sql.zst', 19],
    ['/d/x.sql', 19],
    ['/d/x', 1],
  ])('%s goes with level %d', (path, level) => {
    expect(checkCompression('X', path, level)).toEqual([]);
  });
});
