import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { hasPython } from '../script-process.ts';
import { MysqlScene } from './scene.ts';
import { exhaustively } from '../../support/exhaustive.ts';

// Dozens of processes each.
vi.setConfig({ testTimeout: 240_000 });

let server: SharedMysql;
let scene: MysqlScene;

beforeAll(async () => {
  const blank = await blankMysql();
  if (blank) server = blank;
}, 60_000);

const query = (sql: string, database = 'shop') => server.query(sql, database);
const literal = (...names: string[]) => ({ databases: { from: 'literal', names } }) as const;

describe.runIf(mysqlPrograms && hasPython)('what was made when the database had another collation', () => {
  const collations = (database: string) =>
    server
      .query(
        `select default_collation_name from information_schema.schemata where schema_name = '${database}'
      union all select concat_ws(' ', trigger_name, database_collation) from information_schema.triggers where trigger_schema = '${database}'
      union all select concat_ws(' ', routine_name, database_collation) from information_schema.routines where routine_schema = '${database}'
      union all select concat_ws(' ', event_name, database_collation) from information_schema.events where event_schema = '${database}'`,
      )
      .split('\n')
      .toSorted();

  beforeEach(async () => {
    server.load(
      Buffer.from(`create or replace database shop character set latin1 collate latin1_german1_ci; use shop;
      create table orders (id int primary key); insert into orders values (1);
      delimiter $$
      create trigger audit before insert on orders for each row set @a = '
ALTER DATABASE \`shop\` CHARACTER SET latin1 COLLATE latin1_bin ;
'$$
      create function f(a text) returns text deterministic return a$$
      create event e on schedule every 1 day starts '2030-01-01' disable do set @x = 1$$
      create event e2 on schedule every 1 day starts '2030-01-01' disable do set @x = 1$$
      alter database shop character set utf8mb4 collate utf8mb4_unicode_ci$$`),
      'mysql',
    );
    scene = new MysqlScene(server);
    await scene.dump();
    expect(scene.sql.match(/^ALTER DATABASE `shop`/gm)).toHaveLength(9);
  });

  it('comes back beside it as it was, and the database that lives does not change', async () => {
    const before = collations('shop');
    query('alter database shop character set utf8mb4 collate utf8mb4_bin');
    const living = collations('shop');
    query('create or replace database beside; alter database beside character set ascii collate ascii_bin');
    await scene.restore(literal('beside'));
    expect([collations('shop'), collations('beside')]).toEqual([living, before]);
    expect(query('show create trigger audit', 'beside')).toContain('\nALTER DATABASE `shop` CHARACTER');
  });

  exhaustively.test('comes back beside it where the database is gone', async () => {
    const before = collations('shop');
    server.query('drop database shop; create or replace database beside');
    await scene.restore(literal('beside'));
    expect(collations('beside')).toEqual(before);
  });

  exhaustively.test('comes back in place', async () => {
    const before = collations('shop');
    query('drop function f; drop event e; drop trigger audit');
    await scene.restore();
    expect(collations('shop')).toEqual(before);
  });
});
