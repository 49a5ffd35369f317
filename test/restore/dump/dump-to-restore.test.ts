import { expect, test } from 'vitest';
import type { DatabaseServer } from '../../../src/databases/engine.ts';
import { dumpOfDatabase } from '../../../src/restore/dump/dump-to-restore.ts';
import type { SnapshotDumps } from '../../../src/restore/dump/snapshot-dumps.ts';

function refusalOf(path: string): string {
  const dumps = [{ database: 'shop', path, bytes: 1, sha256: 'a'.repeat(64) }];
  const recorded = { dumps, lists: [], completedAt: undefined };
  const found = { which: 'The snapshot', recorded } as unknown as SnapshotDumps;
  const server = { engine: 'postgres', dumpFile: '/data/dump.sql.gz' } as DatabaseServer;
  try {
    dumpOfDatabase(found, server, 'shop', {} as never);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a path that a snapshot names is one word for the shell that the advice is pasted into', () => {
  expect(refusalOf('/data/a b; rm -rf $HOME')).toMatch(
    /if it is the one that is meant, give ⟪--postgresDumpFile⟫ '\/data\/a b; rm -rf \$HOME'$/,
  );
  expect(refusalOf("/data/'`x`'")).toMatch(/ '\/data\/'\\''`x`'\\'''$/);
  expect(refusalOf('/data/dump.sql.gz')).not.toContain('⟪--postgresDumpFile⟫');
});

test.each(['/data/\u200Bdump.sql.gz', '/data/\u202Ezg.lqs', '/data/⟪postgresHost⟫'])(
  'a path that cannot be shown as it is is not proposed: %j',
  (path) => {
    expect(refusalOf(path)).toMatch(/take another snapshot$/);
  },
);
