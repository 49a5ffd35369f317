import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../script-support.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { count, failure, literal, open, openWithDump, startServer } from './restore-support.ts';

beforeAll(startServer);

describe.skipIf(!canRun)('the text of a dump', { timeout: 60_000 }, () => {
  test.each(sampled(['beside', 'in-place'] as const, 1))(
    'takes no text of a dump for a variable of psql, %s',
    async (way) => {
      const scene = open();
      scene.query(`
      create table t (a int[], wait int, "HOST" int,
        check (cardinality(a[1:wait]) < 50), check (cardinality(a[1:"HOST"]) < 50));
      insert into t values ('{1}', 1, 1)`);
      scene.dump();
      scene.query('delete from t');
      const checks =
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 't'::regclass order by 1";
      const before = scene.query(checks);
      await scene.restore({ way });
      expect([count(scene), scene.query(checks)]).toEqual(['1', before]);
    },
  );

  exhaustively.test(
    'is done by the owner of a database with an extension that a superuser has created',
    async () => {
      const scene = open('owner app');
      scene.query('create extension pg_trgm; create table t (id int); alter table t owner to app');
      scene.dump();
      await expect(scene.restore({ way: 'in-place' }, { user: 'app' })).rejects.toMatchObject(
        failure('must be owner of extension pg_trgm'),
      );
      const kept = await scene.restore({}, { user: 'app' });
      expect([count(scene), scene.others()]).toEqual(['0', [kept]]);
    },
  );

  exhaustively.test('leaves out what a newer pg_dump sets and this server does not know', async () => {
    const scene = openWithDump((sql) =>
      sql.replace('SET lock_timeout = 0;', 'SET lock_timeout = 0;\nSET transaction_timeouts = 0;'),
    );
    await scene.restore();
    expect(count(scene)).toBe('3');
  });

  const awks = ['awk', 'gawk', 'mawk', 'busybox awk'].filter(
    (awk) => spawnSync('sh', ['-c', `${awk} 1 </dev/null`]).status === 0,
  );
  const ways = (['beside', 'in-place'] as const).flatMap((way) => awks.map((awk) => [way, awk] as const));
  test.each(sampled(ways, 1))('is known from commands, %s, by %s', async (way, awk) => {
    const scene = open();
    const lines = [
      '\\connect x',
      '\\! false',
      'BEGIN;',
      'COMMIT;',
      'SET lock_timeout = 0;',
      '-- "',
      "it's",
      '/* $$ :HOST',
      '\\.',
    ];
    scene.query(`create table t as select unnest(array[${lines.map(literal).join()}]) as line`);
    scene.query(
      `create function f() returns text language sql as $f$ select '\n${lines.slice(0, 5).join('\n')}' $f$`,
    );
    scene.query(`comment on table t is ${literal(lines.join('\n'))}`);
    scene.dump();
    const [line, body] = ["select string_agg(line, '|') from t", 'select f()'];
    const before = [scene.query(line), scene.query(body)];
    scene.query('delete from t');
    await scene.restore({ way }, { fakes: { awk: `exec env PATH="$REAL_PATH" ${awk} "$@"` } });
    expect([scene.query(line), scene.query(body)]).toEqual(before);
  });

  test.each(
    sampled(
      [
        ['at its beginning', (sql: string) => `\\connect other\n${sql}`],
        [
          'behind a statement',
          (sql: string) => sql.replace('CREATE TABLE', 'select 1; \\connect other\nCREATE TABLE'),
        ],
        [
          'behind rows',
          (sql: string) => `${sql}\n\\! touch broken\n--\n-- PostgreSQL database dump complete\n--\n`,
        ],
      ],
      1,
    ),
  )('takes no dump with a command of psql %s', async (_, change) => {
    const scene = openWithDump(change);
    await expect(scene.restore()).rejects.toMatchObject(failure(/command of psql: \\/));
    expect([count(scene), scene.others()]).toEqual(['1', []]);
  });

  exhaustively.test('is given the search path that a view relies on', async () => {
    const scene = open();
    scene.query(`
      create schema app; create table app.words (word text); insert into app.words values ('one');
      set check_function_bodies = off; create function app.first() returns text language sql as 'select min(word) from words';
      set search_path = app; create table public.t (id int); create materialized view app.seen as select app.first() as word`);
    scene.dump();
    await expect(scene.restore()).rejects.toMatchObject(
      failure(/relation "words" does not exist.*⟪searchPath⟫/),
    );
    await scene.restore({ searchPath: 'app, "public"' });
    expect(scene.query('select word from app.seen')).toBe('one');
  });

  exhaustively.test.each(
    sampled(
      [
        ['fails at its last statement', 'select no_such_function();', /no_such_function/],
        [
          'has lost rows on the way',
          'delete from public.t where id = 2;',
          /table public.t has 2 rows, and 3 in the dump/,
        ],
        ['has lost a table on the way', 'drop table public.t;', /table public.t of the dump is not there/],
        ['stays in the midst of a statement', "select 'a", /unterminated quoted string/],
      ],
      1,
    ),
  )('of a dump that %s leaves everything as it was', async (_, statement, words) => {
    const scene = openWithDump((sql) => `${sql}${statement}\n-- PostgreSQL database dump complete\n`);
    await expect(scene.restore()).rejects.toMatchObject({ reason: 'verification', ...failure(words) });
    expect([count(scene), scene.others()]).toEqual(['1', []]);
  });

  // What the restore can say in the end is in the words of its sentence: nothing has changed.
  test('that would commit in its midst is not restored in place, and changes nothing', async () => {
    const scene = openWithDump((sql) =>
      sql.replace(/(\nCOPY [^]*?\n\\\.\n)/, '$1/* x */ Commit ;no_statement;\n'),
    );
    await expect(scene.restore({ way: 'in-place' })).rejects.toMatchObject(
      failure(/has failed, and the database is as it was before: .*line \d+ of it has COMMIT.*⟪inPlace⟫/),
    );
    expect(count(scene)).toBe('1');
  });

  // Read with another setting than the server has, as of one that is spelled as pg_dump does not.
  const hidden = (statement: string) => (sql: string) =>
    sql.replace(
      /(\nCOPY [^]*?\n\\\.\n)/,
      `$1set standard_conforming_strings to off;\nselect 'a\\' ';${statement};--';\n`,
    );
  exhaustively.test('that commits where nobody sees it is not said to have changed nothing', async () => {
    const scene = openWithDump((sql) => `${hidden('commit')(sql)}no_statement;\n`);
    await expect(scene.restore({ way: 'in-place' })).rejects.toMatchObject(
      failure(/the database is NOT as it was before/),
    );
  });

  exhaustively.test('that takes itself back where nobody sees it is not said to be restored', async () => {
    const scene = openWithDump(
      (sql) =>
        `${sql}set standard_conforming_strings to off;\nselect 'a\\' ';rollback;--';\n-- PostgreSQL database dump complete\n`,
    );
    await expect(scene.restore({ way: 'in-place' })).rejects.toMatchObject(
      failure(/as it was before: .*the dump has ended the transaction of the restore/),
    );
    expect(count(scene)).toBe('1');
  });

  exhaustively.test('that takes itself back at its end is not restored beside', async () => {
    const scene = openWithDump((sql) => `begin;\n${sql}rollback;\n-- PostgreSQL database dump complete\n`);
    await expect(scene.restore()).rejects.toMatchObject(failure(/ROLLBACK, which takes back/));
    expect([count(scene), scene.others()]).toEqual(['1', []]);
  });

  // A record is written when a dump is proven; but anybody can write one.
  test.each(sampled(['in-place', 'beside'] as const, 1))(
    'that is cut between two statements, whose record knows no better, changes nothing, %s',
    async (way) => {
      const scene = openWithDump((sql) => sql.replace(/\n-- PostgreSQL database dump complete\n[^]*$/, '\n'));
      await expect(scene.restore({ way })).rejects.toMatchObject({
        reason: 'verification',
        ...failure(/it does not end as a dump does: it is cut short/),
      });
      expect([count(scene), scene.others()]).toEqual(['1', []]);
    },
  );
});
