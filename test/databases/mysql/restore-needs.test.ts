import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { startMysql, type MysqlServer } from '../../../scripts/servers/mysql-server.ts';
import { rejectionOf } from '../../kube/fixtures.ts';
import { hasPython } from '../script-process.ts';
import type { MysqlSettings } from '../../../src/databases/mysql/settings.ts';
import { app, MysqlScene } from './scene.ts';
import { exhaustively } from '../../support/exhaustive.ts';

// Dozens of processes each.
vi.setConfig({ testTimeout: 240_000 });

let server: MysqlServer;
let scene: MysqlScene;

const rights =
  'select, insert, create, drop, alter, lock tables, create view, show view, trigger, event, create routine, alter routine';

beforeAll(async () => {
  if (mysqlPrograms) server = await startMysql(mysqlPrograms, undefined, ['--log-bin=log', '--server-id=1']);
}, 60_000);

afterAll(() => server?.[Symbol.asyncDispose]());

const query = (sql: string, database = 'shop') => server.query(sql, database);
const load = (sql: string, database = 'shop') => server.load(Buffer.from(sql), database);

/** A user with these rights of database `shop`, until the test is over. */
function appWith(granted = rights): void {
  query(
    `create user app identified by 'sesame'; grant ${granted} on shop.* to app; grant select on mysql.proc to app`,
  );
  onTestFinished(() => void query('drop user app'));
}

/** A setting of the server, until the test is over. */
function serverWith(variable: string, value: number): void {
  const before = server.query(`select @@global.${variable}`);
  server.query(`set global ${variable} = ${value}`);
  onTestFinished(() => void server.query(`set global ${variable} = ${before}`));
}

/** Nothing was changed. */
async function refusal(settings: Partial<MysqlSettings> = {}): Promise<string> {
  query('delete from orders where id = 1');
  const error = (await rejectionOf(scene.restore(settings))) as Error;
  expect([error.message, error]).toMatchObject([expect.any(String), { reason: 'preflight' }]);
  expect(query('select * from orders')).toBe('2');
  return error.message;
}

/** All that was there is there again. */
async function restored(settings: Partial<MysqlSettings> = {}): Promise<void> {
  query('delete from orders');
  await scene.restore(settings);
  expect(query('select * from orders')).toBe('1\n2');
}

describe.runIf(mysqlPrograms && hasPython)('before anything is changed, a restore refuses', () => {
  beforeEach(() => {
    server.query('create or replace database shop; create table shop.orders (id int primary key)');
    query('insert into orders values (1), (2)');
    scene = new MysqlScene(server);
  });

  it('definers that the user may not name, with the grant that helps', async () => {
    serverWith('log_bin_trust_function_creators', 1);
    query(`create definer = root@localhost trigger audit before insert on orders for each row set @a = 1;
      create definer = root@localhost sql security invoker view v as select 1;
      create definer = nobody@nowhere procedure p() select 1;
      create definer = root@localhost event e on schedule every 1 day disable do set @x = 1`);
    appWith();
    await scene.dump(app);
    const said = await refusal(app);
    expect(said).toMatch(/^The dump has definers that user 'app@%' in .* may not name: /);
    expect(said).toContain("root@localhost of trigger 'audit' and 2 more");
    expect(said).toContain("nobody@nowhere of procedure 'p'");
    expect(said).toContain("GRANT SET USER ON *.* TO 'app'@'%'");
    query("GRANT SET USER ON *.* TO 'app'@'%'");
    await restored(app);
    query("revoke set user on *.* from 'app'@'%'; grant super on *.* to 'app'@'%'");
    await restored(app);
  });

  exhaustively.test('triggers and functions that a binary log forbids', async () => {
    appWith();
    serverWith('log_bin_trust_function_creators', 1);
    query(`create definer = app trigger audit before insert on orders for each row set @a = 1;
      create definer = app function f() returns int deterministic return 1`);
    await scene.dump(app);
    query('set global log_bin_trust_function_creators = 0');
    expect(await refusal(app)).toMatch(
      /has functions and triggers, which user 'app@%' .* binary log; SET GLOBAL log_bin_trust_function_creators = 1, or GRANT SUPER ON/,
    );
    query('set global log_bin_trust_function_creators = 1');
    await restored(app);
  });

  exhaustively.test('functions that say too little for a binary log, whoever restores', async () => {
    serverWith('log_bin_trust_function_creators', 1);
    query(
      'create function vague() returns int return 1; create function clear() returns int no sql return 1',
    );
    await scene.dump();
    query('set global log_bin_trust_function_creators = 0');
    expect(await refusal()).toContain("has function 'vague', which says neither DETERMINISTIC nor");
    query('drop function vague; insert into orders values (1)');
    await scene.dump();
    await restored();
  });

  exhaustively.test('rights that the user lacks for what the dump has, and no others', async () => {
    appWith('select, insert, show view, trigger, event, lock tables');
    await scene.dump(app);
    expect(await refusal(app)).toMatch(
      /lacks CREATE, DROP, ALTER on database 'shop'.*GRANT CREATE, DROP, ALTER ON `shop`\.\* TO 'app'@'%'/,
    );
    query("grant create, drop, alter on shop.* to 'app'@'%'");
    await restored(app);
  });

  exhaustively.test('statements that go to another database, or change the server', async () => {
    await scene.dump();
    const { sql } = scene;
    for (const [statement, words] of [
      ['USE `other`;', 'goes to a database of its own choice (line 1: USE `other`)'],
      [
        '/* who? */ CREATE DATABASE /*!32312 IF NOT EXISTS*/ `o`;',
        'line 1: CREATE DATABASE IF NOT EXISTS `o`',
      ],
      ['\n\nDROP TABLE IF EXISTS `other`.`orders`;', "line 3: a table of database 'other'"],
      ['INSERT INTO `other`.`orders` VALUES (1);', "line 1: a table of database 'other'"],
      ['ALTER DATABASE `shop` READ ONLY = 1;', 'line 1: ALTER DATABASE `shop` READ ONLY = 1'],
      [
        'SET @@GLOBAL.GTID_PURGED= "x";',
        "changes more of the server than database 'shop' (line 1: SET @@GLOB",
      ],
    ] as const) {
      scene.sql = `${statement}\n${sql}`;
      expect(await refusal()).toContain(words);
    }
    scene.sql = `INSERT INTO \`shop\`.\`orders\` VALUES (1);\n${sql}`;
    await restored();
  });

  exhaustively.test('no dump whose text only looks as if it did', async () => {
    const lines = `
USE \`other\`;
CREATE DATABASE x;
ALTER DATABASE \`shop\` CHARACTER SET latin1 COLLATE latin1_bin ;
create definer=nobody@nowhere trigger x;`;
    load(`create table texts (a text comment 'USE it;'); insert into texts values ('it''s${lines}\\\\');
set sql_mode = 'NO_BACKSLASH_ESCAPES';
delimiter $$
create procedure p() comment 'a''b' begin select '${lines}\\'; set @a = "'"; /* it's ${lines} */ end $$
create procedure q() begin select "${lines}"; -- it's
# "
end $$`);
    appWith();
    query('grant set user on *.* to app');
    await scene.dump(app);
    expect(scene.sql).toContain('\nUSE `other`;\n');
    const contents = () => query('show create procedure p; show create procedure q; select * from texts');
    const before = contents();
    query('drop procedure p; drop procedure q; delete from texts');
    await restored(app);
    expect(contents()).toBe(before);
  });

  it('a statement that is longer than the server takes, to the byte', async () => {
    await scene.dump();
    const { sql } = scene;
    // Of 2 MiB, the last that goes and the first that does not.
    const limit = 2_097_152;
    serverWith('max_allowed_packet', limit);
    const withStatement = (bytes: number) =>
      sql.replace('-- Dump completed', () => `DO '${'x'.repeat(bytes - 5)}';\n-- Dump completed`);
    scene.sql = withStatement(limit - 1);
    const said = await refusal();
    expect(said).toMatch(
      /^The longest statement of the dump has 2097151 bytes \(line \d+\), and the server in .* takes 2097152;/,
    );
    expect(said).toContain('SET GLOBAL max_allowed_packet = 4194304');
    expect(() => load(`DO '${'x'.repeat(limit - 6)}'`)).toThrow(/packet bigger|ENOBUFS/);
    scene.sql = withStatement(limit - 2);
    await restored();
  });

  exhaustively.test('a row that is longer than the server takes, and what comes behind it', async () => {
    query(`create table files (body longblob); create definer = nobody@nowhere view v as select 1`);
    appWith();
    await scene.dump(app);
    const row = `INSERT INTO \`files\` VALUES\n(0x${'00'.repeat(20 * 1024 * 1024)});\n`;
    scene.sql = scene.sql.replace(/^INSERT INTO/m, () => `${row}INSERT INTO`);
    expect((await refusal(app)).split('\n')).toEqual([
      expect.stringMatching(
        /has 41943071 bytes \(line \d+\), .* takes 16777216; .*max_allowed_packet = 67108864 /,
      ),
      expect.stringContaining("may not name: nobody@nowhere of view 'v'"),
    ]);
  });
});
