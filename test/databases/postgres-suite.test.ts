import { vi } from 'vitest';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { blankPostgres } from '../support/servers.ts';
import { engineSuite } from './engine-suite.ts';
import type { EngineServer } from './engine-under-test.ts';
import { postgresSettings } from './settings.ts';

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

const content = `
  create extension if not exists citext;
  create table "o'dd ""name" (id serial primary key, body citext, raw bytea);
  insert into "o'dd ""name" (body, raw)
    select '🐘 ' || i || E' \\t\\n''"\\\\ ' || repeat(md5(i::text), 8), decode(md5(i::text), 'hex')
    from generate_series(1, 300) i;
  create view odd as select id, body from "o'dd ""name" where id % 2 = 1;
  create materialized view sums as select sum(id) as total from odd;
  create function twice(integer) returns integer language sql as 'select $1 * 2';
  create table parts (id integer) partition by range (id);
  create table parts_1 partition of parts for values from (0) to (100);
  insert into parts select generate_series(1, 50);
  select setval('"o''dd ""name_id_seq"', 1234);
  select lo_from_bytea(4711, decode(repeat('deadbeef00', 5000), 'hex'));
  comment on table parts is 'has a 100%;
second line';`;

const digests = `
  select md5(string_agg(id || body || encode(raw, 'hex'), ',' order by id)) from "o'dd ""name";
  select md5(lo_get(4711)), (select total from sums), twice(21), (select sum(id) from parts);
  select last_value, is_called from "o'dd ""name_id_seq";
  select obj_description('parts'::regclass), (select count(*) from odd where body = upper(body::text)::citext)`;

async function start(programs: string): Promise<EngineServer> {
  const server = await blankPostgres();
  if (!server) throw new Error('there is no PostgreSQL');
  const { port } = server;
  return {
    env: {
      PATH: `${programs}:${process.env['PATH']}`,
      TEST_USER: 'postgres',
      TEST_PASSWORD: password,
      TEST_DB: 'shop',
    },
    administrator: { user: 'postgres', password },
    createDatabase: (name) => void server.query(`create database ${quoted(name)} template template0`),
    dropDatabase: (name) => void server.query(`drop database ${quoted(name)}`),
    createUser: (name, secret) => {
      server.query(`create role ${quoted(name)} login password ${text(secret)}`);
      server.query(`grant pg_read_all_data to ${quoted(name)}`);
      server.query(`grant select on large object 4711 to ${quoted(name)}`, 'shop');
    },
    fill: (database) => void server.query(content, database),
    fillLarge: (database, megabytes) =>
      void server.query(
        `create table rows as select md5(i::text) || md5((-i)::text) as body from generate_series(1, ${megabytes * 15_000}) i`,
        database,
      ),
    digest: (database) => server.query(digests, database),
    load: (sql, database) => server.load(sql, database),
    async crash() {
      const pid = server.query(
        `select pid from pg_stat_activity where application_name like 'pg_dump for backup-ns %' order by backend_start limit 1`,
      );
      // The server ends all sessions when one of them ends so, and starts anew.
      process.kill(Number(pid), 'SIGKILL');
      await untilItAnswers(() => server.query('select 1'));
    },
    open: ({ dumpFile, databases, user, password: secret }) =>
      postgresServer(postgresSettings({ dumpFile, databases, user, password: secret, port })),
  };
}

async function untilItAnswers(ask: () => string): Promise<void> {
  await vi.waitUntil(
    () => {
      try {
        return ask() === '1';
      } catch {
        return false;
      }
    },
    { timeout: 20_000, interval: 50 },
  );
}

engineSuite({
  engine: 'postgres',
  tool: 'pg_dump',
  start: postgresPrograms === undefined ? undefined : () => start(postgresPrograms ?? ''),
  hostileNames: [
    'a/b..%2F',
    ' sp ace\n',
    `o'dd "name"\\`,
    '$(id)`id`;*',
    'größe-数据',
    'a=b',
    "postgresql:///x?y='",
    '-rf',
  ],
  hostileUsers: [
    { user: `us'er "$(id)\`\\`, password: 'a=b' },
    { user: '-U', password: ' p\'"\\$(id)`#%' },
  ],
});
