import { describe, expect, test } from 'vitest';
import { dumpRecord } from '../../../src/databases/dump-record.ts';
import { placesOnVolume, recordedDumps } from '../../../src/restore/dump/recorded-dumps.ts';

const sha256 = 'ab'.repeat(32);
const dump = {
  engine: 'postgres',
  version: '17',
  toolVersion: '17',
  database: 'shop',
  path: '/backup/dump.sql.gz',
  bytes: 7,
  sha256,
  startedAt: '2026-11-30T00:00:00.000Z',
  completedAt: '2026-11-30T00:01:00.000Z',
};
const kept = { database: 'shop', path: dump.path, bytes: 7, sha256 };

describe('what a snapshot records of its dumps', () => {
  test('is read as it was written, of one engine', () => {
    const properties = { ...dump, database: undefined, propertiesOf: 'shop', path: '/backup/p.sql' };
    const text = dumpRecord([dump, properties, { ...dump, engine: 'mysql' }] as never);
    expect(recordedDumps(text, 'postgres')).toEqual({
      dumps: [kept, { propertiesOf: 'shop', path: '/backup/p.sql', bytes: 7, sha256 }],
      lists: [],
      completedAt: dump.completedAt,
    });
  });

  test('may be a list on the volume, where they are many', () => {
    const list = { path: '/backup/dump-list.json', bytes: 9, sha256 };
    const text = dumpRecord([{ ...dump, listedIn: list }]);
    expect(recordedDumps(text, 'postgres')).toMatchObject({ dumps: [], lists: [list] });
  });

  test.each([
    undefined,
    '',
    'null',
    '{}',
    '[null, 1, "x", []]',
    '[{"engine":"postgres"',
    ...[
      { path: '../../etc/passwd' },
      { path: '/backup/../../etc/shadow' },
      { path: '/backup//x' },
      { path: '/backup/\n' },
      { path: `/${'a'.repeat(5000)}` },
      { path: 7 },
      { bytes: -1 },
      { bytes: 1e30 },
      { bytes: '7' },
      { sha256: 'AB'.repeat(32) },
      { sha256: '' },
      { database: {} },
      { database: 'x'.repeat(1000) },
      { propertiesOf: [] },
      { list: {} },
      { list: { path: 'x', bytes: 1, sha256 } },
    ].map((change) => JSON.stringify([{ ...dump, ...change }])),
  ])('is no dump where nobody of ours wrote it: %s', (text) => {
    expect(recordedDumps(text, 'postgres')).toMatchObject({ dumps: [], lists: [] });
  });

  test('with a million entries is read in no time, as far as any server has databases', () => {
    const text = JSON.stringify(Array.from({ length: 300_000 }, () => 0));
    expect(recordedDumps(text, 'postgres').dumps).toEqual([]);
  });
});

describe('a file of a container', () => {
  test('lies on the volume below one of the folders of its path', () => {
    expect(placesOnVolume('/var/lib/data/dump.sql.gz')).toEqual([
      'dump.sql.gz',
      'data/dump.sql.gz',
      'lib/data/dump.sql.gz',
      'var/lib/data/dump.sql.gz',
    ]);
  });

  test('lies first in the folder of the volume that is mounted there', () => {
    expect(placesOnVolume('/data/dump', ['pg'])).toEqual(['pg/dump', 'pg/data/dump', 'dump', 'data/dump']);
  });
});
