import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  databaseBytes,
  databaseFiles,
  fileOf,
  globalsFile,
  previousBytes,
} from '../../src/databases/dump-files.ts';

describe('the file of one database of several', () => {
  it.each([
    ['/data/dump.sql.gz', '/data/dump.shop.sql.gz'],
    ['/data/dump.sql', '/data/dump.shop.sql'],
    ['/data/dump.gz', '/data/dump.shop.gz'],
    ['/data/shop.dump', '/data/shop.shop.dump'],
    ['/data.d/dump', '/data.d/dump.shop'],
    ['/dump', '/dump.shop'],
    ['/data/.gz', '/data/.gz.shop'],
    ['/data/my.first.sql.gz', '/data/my.first.shop.sql.gz'],
  ])('beside %s is %s', (dumpFile, file) => {
    expect(fileOf('shop', dumpFile)).toBe(file);
  });

  it('means nothing to a shell or a file system, whatever the database is called', () => {
    expect(fileOf('a/b..\n*%é', '/d/x.sql.gz')).toBe('/d/x.a%2Fb%2E%2E%0A%2A%25%C3%A9.sql.gz');
  });

  it('is never that of another database, nor of the globals', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(name, name, (one, other) => {
        const [first, second] = [fileOf(one, '/data/dump.sql.gz'), fileOf(other, '/data/dump.sql.gz')];
        expect(first === second).toBe(one === other);
        expect(first).toMatch(/^\/data\/dump\.[A-Za-z0-9_%-]+\.sql\.gz$/);
        expect(first).not.toBe(globalsFile('/data/dump.sql.gz'));
      }),
    );
  });
});

it('the file of the globals is SQL, even beside a folder', () => {
  expect(['/d/dump.sql.gz', '/d/dump.sql', '/d/dump', '/d/shop.dump'].map(globalsFile)).toEqual([
    '/d/dump-globals.sql.gz',
    '/d/dump-globals.sql',
    '/d/dump-globals.sql.gz',
    '/d/shop-globals.sql.gz',
  ]);
});

it('what the databases take is that of the chosen ones', () => {
  const size = [String.raw`12 \0141`, String.raw`300 \0142\0040`, String.raw`4000 \0143`, 'x y', '5'];
  const facts = { all: (key: string) => (key === 'size' ? size : []) };
  expect(databaseBytes(facts, ['a', 'b '])).toBe(312);
  expect(databaseBytes({ all: () => [] }, ['a'])).toBe(0);
});

describe('what the last dumps take', () => {
  const all: Record<string, string[]> = { previous: ['10'], had: ['200 a', '3000 b%20c', ' 40000 b', '5 '] };
  const facts = { get: (key: string) => all[key]?.at(-1), all: (key: string) => all[key] ?? [] };

  it('is that of the dump file, where one database is dumped', () => {
    const files = databaseFiles(['a'], { from: 'literal', names: ['a'] }, '/d/x.sql');
    expect(previousBytes(facts, '/d/x.sql', files)).toBe(10);
  });

  it('is that of the files of the chosen databases, and of no other', () => {
    const files = databaseFiles(['b c', 'b', 'new'], { from: 'all' }, '/d/x.sql');
    expect(previousBytes(facts, '/d/x.sql', files)).toBe(43_000);
  });
});
