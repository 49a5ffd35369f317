import { beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../script-support.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { count, open, openWithDump, startServer } from './restore-support.ts';

beforeAll(startServer);

describe.skipIf(!canRun)('a restore beside does not depend on its surroundings:', { timeout: 60_000 }, () => {
  test('ends the sessions of the old database, also of an app that comes again at once', async () => {
    const scene = openWithDump();
    using _app = await scene.app();
    const kept = await scene.restore();
    expect([count(scene), count(scene, kept)]).toEqual(['3', '1']);
  });

  const settings = [
    ['default_transaction_read_only', 'on'],
    ['standard_conforming_strings', 'off'],
    ['search_path', 'nowhere'],
    ['datestyle', 'SQL, DMY'],
    ['quote_all_identifiers', 'on'],
    ['default_transaction_isolation', 'serializable'],
    ['array_nulls', 'off'],
  ];

  test.each(sampled(settings, 1))(
    'does not depend on the setting %s of the database',
    async (name, value) => {
      const scene = open();
      scene.query(
        `create table public.t (d date, a text[]); insert into public.t values ('2026-12-01', '{null}')`,
      );
      scene.query(`alter database ${scene.database} set ${name} = ${value}`);
      scene.dump();
      const rows = `select to_char(d, 'YYYY-MM-DD'), a[1] is null from public.t`;
      const before = scene.query(rows);
      await scene.restore();
      expect([scene.query(rows), scene.query(`show ${name}`)]).toEqual([before, value]);
    },
  );

  const encodings = [
    ['SQL_ASCII', 'E9'],
    ['WIN1252', '81'],
    ['LATIN1', 'E9'],
  ];

  exhaustively.test.each(encodings)(
    'brings text back in encoding %s that UTF-8 does not have',
    async (encoding, byte) => {
      const scene = open(`encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`);
      scene.query(`create table t as select convert_from('\\x${byte}', '${encoding}') as word`);
      scene.dump();
      const bytes = `select convert_to(word, '${encoding}') from t`;
      const before = scene.query(bytes);
      scene.query('delete from t');
      await scene.restore();
      expect(scene.query(bytes)).toBe(before);
    },
  );

  exhaustively.test(
    'takes nothing from the environment of the container that would lead elsewhere',
    async () => {
      const scene = openWithDump();
      const env = {
        PGOPTIONS: '-c search_path=nowhere',
        PGHOSTADDR: '192.0.2.1',
        PGSERVICE: 'none',
        PGTARGETSESSIONATTRS: 'standby',
        PGCLIENTENCODING: 'LATIN1',
        PGDATABASE: 'none',
        POSIXLY_CORRECT: '1',
        PG_COLOR: 'always',
        TMPDIR: '/none',
      };
      await scene.restore({}, { env });
      expect(count(scene)).toBe('3');
    },
  );
});
