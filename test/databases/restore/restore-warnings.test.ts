import { exhaustively } from '../../support/exhaustive.ts';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { judgeRestore } from '../../../src/databases/postgres/restore/judge-restore.ts';
import type { RestoreWay } from '../../../src/databases/engine.ts';
import type { LogLine } from '../../support/context.ts';
import { canRun } from '../script-support.ts';
import { openWithDump, startServer } from './restore-support.ts';

beforeAll(startServer);

const warningsOf = (facts: Record<string, string>, way: RestoreWay) =>
  judgeRestore({ get: (key) => facts[key], all: (key) => [facts[key] ?? []].flat() }, way, 'pod X').warnings;

describe('a restore in place takes locks of what it drops and what it makes', () => {
  test('and one that takes more than the server has room for is warned of', () => {
    expect(warningsOf({ locks: '4000 6400', tables: '10' }, 'in-place')).toEqual([
      'The restore in place takes about 8000 locks at once in pod X, where max_locks_per_transaction makes room for 6400: it may fail, and then changes nothing; raise that, or restore without ⟪inPlace⟫',
    ]);
    expect(warningsOf({ locks: '0 6400', tables: '7000' }, 'in-place')).toHaveLength(1);
  });

  test('and nothing is said where there is room, or nothing known, or it is beside', () => {
    expect(warningsOf({ locks: '3200 6400', tables: '10' }, 'in-place')).toEqual([]);
    expect(warningsOf({ tables: '100000' }, 'in-place')).toEqual([]);
    expect(warningsOf({ locks: '4000 6400' }, 'beside')).toEqual([]);
  });
});

describe.skipIf(!canRun)('before a restore it is said', { timeout: 60_000 }, () => {
  const said = (lines: readonly LogLine[]) => lines.filter(({ level }) => level === 40).map(({ msg }) => msg);

  test('whose default privileges a restore in place gives to what it makes', async () => {
    const scene = openWithDump();
    scene.query('alter default privileges for role app grant select on tables to webuser');
    await scene.restore({ way: 'in-place' });
    expect(said(scene.lines)).toEqual([
      expect.stringMatching(/^Default privileges of role 'app' in .* beside the rights in the dump/),
    ]);
  });

  exhaustively.test('which subscription keeps the old database from being dropped', async () => {
    const scene = openWithDump();
    scene.query("create subscription follows connection 'host=nowhere' publication p with (connect = false)");
    onTestFinished(() => {
      const old = scene.others()[0] ?? scene.database;
      scene.query('alter subscription follows set (slot_name = none)', old);
      scene.query('drop subscription follows', old);
    });
    expect(await scene.restore({ dropsOld: true })).toMatch(/_before_/);
    expect(said(scene.lines)[0]).toMatch(/^Subscription 'follows' in .* stays with the old database/);
  });
});
