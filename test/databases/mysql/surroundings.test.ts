import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { hasPython } from '../script-process.ts';
import { app, MysqlScene } from './scene.ts';

vi.setConfig({ testTimeout: 240_000 });

let server: SharedMysql;

beforeAll(async () => {
  const blank = await blankMysql();
  if (blank) server = blank;
}, 60_000);

const query = (sql: string, database = 'shop') => server.query(sql, database);
const contents = (database = 'shop') =>
  query(
    `select id, hex(body) from orders order by id; show create table orders; show create procedure p`,
    database,
  );

/** A variable of the server for all sessions from then on, until the test is over. */
function serverWith(variable: string, value: string): void {
  server.query(`set global ${variable} = ${value}`);
  onTestFinished(() => void server.query(`set global ${variable} = default`));
}

/** Who may dump and restore, and is no superuser, for whom there is no init_connect. */
function userApp(): void {
  server.query(
    `create user app identified by 'sesame'; grant all on shop.* to app; grant set user on *.* to app; grant select on mysql.proc to app`,
  );
  onTestFinished(() => void server.query('drop user app'));
}

const settings: [variable: string, value: string][] = [
  ['sql_mode', "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'"],
  ['sql_quote_show_create', '0'],
  ['character_set_server', "'ucs2'"],
  ['init_connect', "'set names latin1, sql_mode = \\'ANSI_QUOTES,NO_BACKSLASH_ESCAPES\\', autocommit = 0'"],
  ['autocommit', '0'],
  ['max_statement_time', '20'],
];

const limits: [way: string, limit: (value: string) => void][] = [
  ['set global', (value: string) => serverWith('sql_select_limit', value)],
  ['init_connect', (value: string) => serverWith('init_connect', `'set sql_select_limit = ${value}'`)],
];

describe.runIf(mysqlPrograms && hasPython)('a dump and its restore are the same', () => {
  beforeEach(() => {
    server.query('create or replace database shop');
    server.load(
      Buffer.from(`create table orders (id int primary key, body text character set utf8mb4);
        insert into orders values (1, 'a\\\\''b "c" ö🐘'), (2, '\\\\\\n'), (3, ''), (4, 'x');
        delimiter $$
        create procedure p() begin select 'a' || "b"; end$$`),
      'shop',
    );
  });

  it.each(sampled(settings, 1))('whatever the server has as %s', async (variable, value) => {
    userApp();
    const before = contents();
    serverWith(variable, value);
    const scene = new MysqlScene(server);
    expect(await scene.check(app)).toMatchObject({ problems: [], warnings: [], databases: ['shop'] });
    await scene.dump(app);
    query('drop table orders');
    await scene.restore(app);
    server.query(`set global ${variable} = default`);
    expect(contents()).toBe(before);
  });

  exhaustively.test('whatever the container has in its environment', async () => {
    const strangers = {
      MYSQL_HOST: 'nowhere',
      MYSQL_TCP_PORT: '1',
      MYSQL_PWD: 'wrong',
      MYSQL_DEBUG: 'd:t:o,/nowhere',
      MYSQL_HOME: '/nowhere',
      GZIP: '--no-such',
      TAR_OPTIONS: '--no-such',
      GREP_OPTIONS: '--no-such',
      POSIXLY_CORRECT: '1',
      ZSTD_CLEVEL: '99',
      LC_ALL: 'xx_YY.UTF-8',
      LANG: 'de_DE.UTF-8',
      TZ: 'Pacific/Apia',
      CDPATH: '/',
      PAGER: 'false',
      MYSQL_TEST_LOGIN_FILE: '/nowhere',
      MYSQL_HISTFILE: '/nowhere',
      MARIADB_HOST: 'nowhere',
    };
    const before = contents();
    const scene = new MysqlScene(server, strangers);
    const dump = await scene.dump();
    expect(dump).not.toHaveProperty('warnings');
    query('drop table orders');
    await scene.restore();
    expect(contents()).toBe(before);
  });

  it.each(sampled(limits, 1))(
    'unless the server lets a session read a few rows alone, by %s: that is refused',
    async (_, limit) => {
      userApp();
      const scene = new MysqlScene(server);
      await scene.dump(app);
      const before = contents();
      limit('2');
      expect((await scene.check(app)).problems).toEqual([
        expect.stringMatching(
          /^The server in .* limits what a session reads to 2 rows, .* set sql_select_limit to its default/,
        ),
      ]);
      // The dump from before comes back all the same.
      query('delete from orders');
      await scene.restore(app);
      server.query('set global sql_select_limit = default');
      expect(contents()).toBe(before);
    },
  );

  exhaustively.test(
    'unless the server shows old rows of tables with a history: that is refused',
    async () => {
      serverWith('system_versioning_asof', "'2026-01-01 00:00:00'");
      expect((await new MysqlScene(server).check()).problems).toEqual([
        expect.stringMatching(
          /shows a session the rows of tables with a history as they were at 2026-01-01 00:00:00/,
        ),
      ]);
    },
  );
});
