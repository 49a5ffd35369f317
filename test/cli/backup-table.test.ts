import { expect, it } from 'vitest';
import { backupTable } from '../../src/cli/backup-table.ts';

const plain = { colour: false };
const times = { startedAt: '2026-11-22T04:30:00.000Z', completedAt: '2026-11-22T04:30:01.500Z' };
const dump = { engine: 'postgres', version: '17', toolVersion: '17', sha256: 'ab', ...times };
const snapshot = { name: 'data-1', pvc: 'data', className: 'fast', ready: true, labels: {} };

it('a backup is shown as its dumps, its snapshots, and how long it stays', () => {
  const shown = backupTable(
    {
      namespace: 'shop',
      backup: '1',
      dryRun: false,
      dumps: [
        { ...dump, database: 'shop', path: '/data/dump.sql.gz', bytes: 2048 },
        { ...dump, path: '/data/dump-globals.sql.gz', bytes: 456 },
      ],
      snapshots: [snapshot, { ...snapshot, name: 'files-1', pvc: 'files', ready: false }],
      stays: 'until 2026-12-22',
      seconds: { total: 2.75 },
    },
    plain,
  );
  expect(shown).toBe(`\
DATABASE  SIZE     TOOK  DUMP
shop      2.0 KiB  1.5s  /data/dump.sql.gz
-         456 B    1.5s  /data/dump-globals.sql.gz

SNAPSHOT  PVC    CLASS  READY
data-1    data   fast   true
files-1   files  fast   not waited for

Backed up namespace 'shop' in 2.8s.
It stays until 2026-12-22.`);
});

it('a backup without a dump has no table of dumps', () => {
  const result = {
    namespace: 'shop',
    dryRun: false,
    dumps: [],
    snapshots: [snapshot],
    seconds: { total: 1 },
  };
  expect(backupTable(result, plain)).toMatch(
    /^SNAPSHOT .*\ndata-1 .*\n\nBacked up namespace 'shop' in 1\.0s\.$/,
  );
});

it('a dry run says what would be done, in its order, and that nothing was changed', () => {
  const would = {
    dump: [{ engine: 'postgres', pod: 'db-0', container: 'postgres', databases: ['shop', 'blog'] }],
    snapshot: [{ pvc: 'data', className: 'fast', deletionPolicy: 'Delete' }],
    groupClass: 'groups',
    hooks: [{ name: 'rest', pod: 'app-1' }],
  };
  const result = { namespace: 'shop', dryRun: true, would, dumps: [], snapshots: [], seconds: {} };
  expect(backupTable(result, plain)).toBe(`\
WOULD     WHAT        HOW
run hook  rest        in pod app-1
dump      shop, blog  by postgres in pod db-0, container postgres
snapshot  PVC data    of class fast, which has deletionPolicy Delete

Namespace 'shop' can be backed up. All snapshots as one group of class groups. Nothing was changed.`);
});

it('a dry run says of a class that may not be looked at that this is so', () => {
  const snapshots = [{ pvc: 'data', className: 'fast', deletionPolicy: '' }];
  const would = { dump: [], snapshot: snapshots, hooks: [] };
  const result = { namespace: 'shop', dryRun: true, would, dumps: [], snapshots: [], seconds: {} };
  expect(backupTable(result, plain)).toContain('of class fast, which may not be looked at');
});

it('what others have written steers no terminal', () => {
  const stays = 'until \u001B[2J';
  const result = { namespace: 'shop', dryRun: false, dumps: [], snapshots: [snapshot], stays, seconds: {} };
  expect(backupTable(result, plain)).not.toContain('\u001B');
});
