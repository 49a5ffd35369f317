import { describe, expect, it } from 'vitest';
import { withNamesOf } from '../../src/cli/setting-names.ts';
import { folderProblems, placeWarnings, spaceProblems } from '../../src/databases/dump-place.ts';
import { judgeCheck } from '../../src/databases/judge-check.ts';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { postgresSettings } from './settings.ts';

const good = { directory: '/data', space: '/dev/sda1 1000000 100000 900000 10% /data' };

const withNames = withNamesOf({});

const place = (dumpFile: string) => ({
  dumpFile,
  setting: '⟪postgresDumpFile⟫',
  maximumUsedPercent: 90,
  previousBytes: 0,
  databaseBytes: 0,
  where: 'pod X',
});

/** Of a server, and as a person is told. */
function problems(facts: Record<string, string>): string[] {
  const all: Record<string, string> = { ...good, ...facts };
  const get = (key: string) => all[key];
  const { problems: found } = judgeCheck({ get, all: () => [] }, postgresServer(postgresSettings()), {
    maximumUsedPercent: 90,
    where: 'pod X',
  });
  return found.map(withNames);
}

/** Of the volume alone. */
function ofSpace(space: string, overrides: { [name: string]: number } = {}): string[] {
  const facts = { get: (key: string) => ({ space })[key] };
  return spaceProblems(facts, { ...place('/data/dump.sql.gz'), ...overrides }).map(withNames);
}

const noFacts = { get: () => undefined };

it('there are none where all is well', () => {
  expect(problems({})).toEqual([]);
});

it('each is one sentence that says where and what to do', () => {
  expect(problems({ missing: 'pg_dump gzip', unwritable: 'nobody' })).toEqual([
    'There is no pg_dump, gzip in pod X; dumps need it there, so use an image that has it',
    'User nobody may not write to /data in pod X; change its owner, or BAK_DB_POSTGRES_DUMP_FILE',
  ]);
});

it('a folder that is not there is a problem', () => {
  const none = folderProblems(noFacts, place('/data/dump.sql.gz'));
  expect(none).toEqual([expect.stringContaining('There is no folder /data in pod X')]);
});

it('a dump within the data directory of the server is a warning', () => {
  const facts = { get: (key: string) => ({ data: '/data/pg' })[key] };
  expect(placeWarnings(facts, place('/data/pg/dump.sql.gz')).map(withNames)).toEqual([
    'The dump /data/pg/dump.sql.gz in pod X lies in the data directory of the server, /data/pg, where base backups and clones copy it, too; if the volume has a place beside that, set BAK_DB_POSTGRES_DUMP_FILE to it',
  ]);
  expect(placeWarnings(noFacts, place('/data/dump.sql.gz'))).toEqual([]);
});

it('databases larger than the room for their first dump are a warning', () => {
  const space = '/dev/sda1 1000 500 500 50% /data';
  const facts = { get: (key: string) => ({ space })[key] };
  const warnings = (bytes: { previousBytes?: number; databaseBytes: number }) =>
    placeWarnings(facts, { ...place('/data/dump.sql.gz'), ...bytes }).map(withNames);
  expect(warnings({ databaseBytes: 400 * 1024 })).toEqual([]);
  expect(warnings({ databaseBytes: 400 * 1024 + 1, previousBytes: 1 })).toEqual([]);
  expect(warnings({ databaseBytes: 500 * 1024 })).toEqual([
    'There is no dump to go by of databases that take 500 KiB in pod X, and the volume of /data/dump.sql.gz has room for 400 KiB, up to the 90 % of BAK_THRESHOLD_SPACE_USED_PERCENTAGE; a dump that becomes larger is given up',
  ]);
});

it('a format that the container has no program for is a problem', () => {
  expect(problems({ program: 'zstd' })).toEqual([
    'There is no zstd in pod X, which /data/dump.sql.gz needs by its name; use an image that has it, or let BAK_DB_POSTGRES_DUMP_FILE end with .sql.gz',
  ]);
});

it('the folder of a file at the root is the root', () => {
  const [problem] = folderProblems(noFacts, place('/dump.sql'));
  expect(problem).toContain('no folder / in');
});

it("PostgreSQL's refusal is shown in its own words", () => {
  const facts = { refused: 'psql: error: no password supplied ', user: 'app', database: 'shop' };
  expect(problems(facts)).toEqual([
    "PostgreSQL refuses database 'shop' at 127.0.0.1:5432 as user 'app' in pod X (psql: error: no password supplied); check BAK_DB_POSTGRES_USER, _PASSWORD, _DB, _HOST and _PORT",
  ]);
});

describe('the space, as df says it', () => {
  it.each([
    ['GNU', '/dev/mapper/vg-data--long--name 102626232 96000000 1300000 95% /var/lib/postgresql/data'],
    ['busybox', '/dev/vdb               1000       950        50  95% /data'],
    ['a share with spaces in its name', '//host/my share 2 1000 950 50 95% /data'],
    [
      'a very long device name',
      `nfs-1.storage.svc.cluster.local:/export/${'pvc-'.repeat(60)} 1000 950 50 95% /data`,
    ],
    ['a mount point with spaces', '/dev/sdb 1000 950 50 95% /mnt/my data 7% x'],
    ['a full disk', 'overlay 1000 1000 0 100% /'],
  ])('is understood from %s', (_, space) => {
    expect(ofSpace(space)).toEqual([
      expect.stringMatching(/is (95|100) % full, more than the 90 % of BAK_THRESHOLD_SPACE_USED_PERCENTAGE/),
    ]);
  });

  it('may be used up to the threshold, but not above', () => {
    const space = '/dev/sda1 1000 900 100 90% /data';
    expect(ofSpace(space, { maximumUsedPercent: 90 })).toEqual([]);
    expect(ofSpace(space, { maximumUsedPercent: 89 })).toHaveLength(1);
  });

  it('must hold another dump as large as the last one', () => {
    const space = '/dev/sda1 1000 900 100 50% /data';
    expect(ofSpace(space, { previousBytes: 100 * 1024, maximumUsedPercent: 100 })).toEqual([]);
    expect(ofSpace(space, { previousBytes: 100 * 1024 + 1 })).toEqual([
      "The volume of /data in pod X has 102400 bytes free, fewer than the last dump's 102401; free some space or enlarge the volume",
    ]);
  });

  it('must not be used beyond the threshold by another dump as large as the last one', () => {
    const space = '/dev/sda1 1000 500 500 50% /data';
    expect(ofSpace(space, { previousBytes: 400 * 1024 })).toEqual([]);
    expect(ofSpace(space, { previousBytes: 400 * 1024 + 1 })).toEqual([
      'With a new dump as large as the last one, 409601 bytes, beside it, the volume of /data in pod X would be 91 % full, more than the 90 % of BAK_THRESHOLD_SPACE_USED_PERCENTAGE; free some space or enlarge the volume',
    ]);
  });

  it('is a problem when it cannot be read', () => {
    for (const space of [
      '',
      'none 0 0 0 - /data',
      'Filesystem 1024-blocks Used Available Capacity Mounted on',
    ]) {
      expect(ofSpace(space)).toEqual([`The free space of /data in pod X cannot be read from: ${space}`]);
    }
  });
});
