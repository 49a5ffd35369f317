import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import type { MysqlSettings } from '../../../src/databases/mysql/settings.ts';
import { rejectionOf } from '../../kube/fixtures.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { app, MysqlScene } from './scene.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: SharedMysql;
let scene: MysqlScene;

beforeAll(async () => {
  const blank = await blankMysql();
  if (blank) server = blank;
});

beforeEach(() => {
  if (!mysqlPrograms) return;
  server.query('drop database if exists shop; create database shop character set latin1');
  server.query('create table orders (id int primary key); insert into orders values (1), (2)', 'shop');
  scene = new MysqlScene(server);
});

/** What trials have left. */
const left = () =>
  server.query("select schema_name from information_schema.schemata where schema_name like '%restoring%'");
const orders = (database = 'shop') => server.query('select * from orders', database);
const tried = 'the dump was restored on trial';

async function restored(settings: Partial<MysqlSettings> = {}): Promise<readonly (string | undefined)[]> {
  server.query('delete from orders', 'shop');
  const { lines } = await scene.restore(settings, { tries: true });
  expect([orders(), left()]).toEqual(['1\n2', '']);
  return lines.map(({ msg }) => msg);
}

describe.runIf(mysqlPrograms)('a dump of MySQL is tried in a new database', () => {
  exhaustively.test('and restored when it could be, and nothing of the trial stays', async () => {
    await scene.dump();
    expect(await restored()).toContain(tried);
  });

  it('and what it has the client say is not taken for its end', async () => {
    await scene.dump();
    const said = ['restored=yes', 'tried=yes', 'kept=x', 'end'].map((line) => `select '${line}';`).join(' ');
    scene.sql = scene.sql.replace('INSERT INTO', `${said}\nno statement;\nINSERT INTO`);
    await expect(scene.restore()).rejects.toMatchObject({ reason: 'verification' });
  });

  it.each(
    sampled(
      [
        [
          'fails at its last statement',
          (sql: string) => `${sql.replace(/-- Dump comp[^]*/, '')}no statement;\n-- Dump completed\n`,
          /1064/,
        ],
        [
          'is open at its end',
          (sql: string) => `${sql.replace(/-- Dump comp[^]*/, '')}select 'a\n-- Dump completed\n`,
          /on trial/,
        ],
        [
          'needs what the server does not have',
          (sql: string) => sql.replace(/CHARSET=\w+/, 'CHARSET=nosuch'),
          /nosuch/,
        ],
      ],
      1,
    ),
  )('which shows that it %s, before anything is changed', async (_, change, words) => {
    await scene.dump();
    scene.sql = change(scene.sql);
    server.query('delete from orders where id = 1', 'shop');
    const error = await rejectionOf(scene.restore({}, { tries: true }));
    expect(error).toMatchObject({ reason: 'preflight', message: expect.stringMatching(words) as string });
    expect([orders(), left()]).toEqual(['2', '']);
  });

  exhaustively.test('but not one that names its own database, which a trial would mean by it', async () => {
    server.query(
      `create sequence seq_; create table numbered (id int default nextval(seq_)); insert into numbered values (7);
       create view elsewhere as select user from mysql.user`,
      'shop',
    );
    await scene.dump();
    server.query('drop table numbered; drop sequence seq_', 'shop');
    const said = await restored();
    expect(said).not.toContain(tried);
    expect(said).toContainEqual(
      expect.stringMatching(/restored without a trial .* as line \d+ of it names database 'shop' itself/),
    );
    expect(server.query('select * from numbered', 'shop')).toBe('7');
    server.query('drop table numbered', 'shop');
    await scene.dump();
    expect(await restored()).toContain(tried);
  });

  exhaustively.test('also with all kinds of things in it', async () => {
    server.query(
      `create table child (id int primary key auto_increment, v int, o int, foreign key (o) references orders (id) on delete cascade)`,
      'shop',
    );
    server.query('insert into child (v) values (1)', 'shop');
    server.query('create sequence numbers_ start with 7; create view seen as select * from orders', 'shop');
    server.query('create trigger t after delete on child for each row set @a = 1', 'shop');
    server.query(
      'create procedure p() select 1; create function f() returns int deterministic return 1',
      'shop',
    );
    server.query('create event e on schedule every 1 day do set @a = 1', 'shop');
    server.query('alter database shop character set utf8mb4', 'shop');
    await scene.dump();
    expect(await restored()).toContain(tried);
  });

  exhaustively.test('without its events, which would run there', async () => {
    server.query(
      'create event `tick tock` on schedule every 1 second do insert into shop.orders select max(id) + 1 from shop.orders; alter event `tick tock` disable',
      'shop',
    );
    await scene.dump();
    scene.sql = `${scene.sql.replace(/-- Dump comp[^]*/, '')}ALTER TABLE \`backup_ns_restoring\` DISABLE KEYS;\n-- Dump completed\n`;
    server.query("set global log_output = 'TABLE'; set global general_log = 1");
    try {
      // Only on trial it does not fail.
      await expect(scene.restore({}, { tries: true })).rejects.toMatchObject({ reason: 'verification' });
    } finally {
      server.query('set global general_log = 0');
    }
    const made = server.query(
      "select count(*) from mysql.general_log where command_type = 'Query' and argument like '%EVENT%tick tock%ON SCHEDULE%'",
    );
    server.query('truncate mysql.general_log');
    expect(made).toBe('1');
  });

  it.each(
    sampled(
      [
        'DROP TABLE shop.orders;',
        'DELETE FROM `shop`.`orders`;',
        'TRUNCATE shop.orders;',
        'DROP TABLE`shop`.`orders`;',
        'DROP TABLE IF EXISTS nosuch, shop.orders;',
        'RENAME TABLE shop.orders TO shop.gone;',
        "PREPARE s FROM 'delete from shop.orders'; EXECUTE s;",
        '  DELIMITER $$\nDELETE FROM shop.orders$$\n  DELIMITER ;',
        'CREATE EVENT `e` ON SCHEDULE EVERY 1 SECOND DO DELETE FROM shop.orders;',
        'CREATE TRIGGER shop.t AFTER DELETE ON shop.orders FOR EACH ROW SET @a = 1;',
        '/*!50106 DROP EVENT IF EXISTS `e`*/; /*!50106 CREATE*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders */;',
        'CREATE TABLE `a` (i int);\nCREATE TRIGGER `t` BEFORE INSERT ON `a` FOR EACH ROW DELETE FROM shop.orders;\nINSERT INTO `a` VALUES (1);',
      ],
      1,
    ),
  )('unless a statement may reach out of it: %j', async (text) => {
    await scene.dump();
    scene.sql = `${scene.sql.replace(/-- Dump comp[^]*/, '')}${text}\n-- Dump completed\n`;
    const said = (await scene.restore({}, { tries: true })).lines.map(({ msg }) => msg);
    expect(said).toContainEqual(
      expect.stringMatching(/ without a trial .* neither mysqldump nor mariadb-dump writes/),
    );
    expect(said).not.toContain(tried);
  });

  exhaustively.test.each(
    sampled(
      [
        ['USE`shop`;\nDELETE FROM orders;', /goes to a database of its own choice/],
        ['USE/**/shop;\nDELETE FROM orders;', /goes to a database of its own choice/],
        ['\\u shop\nDELETE FROM orders;', /a command for the client, which no dump has/],
        ['\\! touch no-such-file', /a command for the client, which no dump has/],
        ['system touch no-such-file', /a command for the client, which no dump has/],
      ] as const,
      1,
    ),
  )('and refused before that when it has what no dump has: %j', async (text, words) => {
    await scene.dump();
    scene.sql = `${scene.sql.replace(/^.*\n/, '').replace(/-- Dump comp[^]*/, '')}${text}\n-- Dump completed\n`;
    server.query('delete from orders where id = 1', 'shop');
    const error = await rejectionOf(scene.restore({}, { tries: true }));
    expect(error).toMatchObject({ reason: 'preflight', message: expect.stringMatching(words) as string });
    expect(orders()).toBe('2');
  });

  exhaustively.test(
    'unless the user may not make one, which is said with the rights that it needs',
    async () => {
      const rights = 'select, insert, create, drop, alter, lock tables';
      server.query(`create user app identified by 'sesame'; grant ${rights} on shop.* to app`);
      try {
        await scene.dump();
        const untried = await restored(app);
        const warning = untried.find((line) => line?.includes('without a trial'));
        expect(warning).toMatch(/^The dump is restored without a trial .* GRANT ALL PRIVILEGES ON /);
        expect(untried).not.toContain(tried);
        server.query(/GRANT.*$/.exec(warning ?? '')?.[0] ?? '');
        expect(await restored(app)).toContain(tried);
      } finally {
        server.query('drop user app');
      }
    },
  );

  exhaustively.test('unless it is not known to be made by the tool, whose events one finds', async () => {
    await scene.dump();
    scene.sql = scene.sql.replace(/^.*\n/, '').replace(/^-- (?:MariaDB|MySQL) dump/m, '-- dump');
    expect(await restored()).toContainEqual(
      expect.stringMatching(/neither mysqldump nor mariadb-dump has made it/),
    );
  });

  exhaustively.test(
    'and what a trial that was killed has left goes with the next one, and nothing else',
    async () => {
      const ours = 'shop_restoring_20260101t000000';
      const strangers = [
        'shop_restoring_20260102t000000',
        'shop_restoring_20260104t000000',
        'shopping_restoring_20260101t000000',
      ];
      server.query(`create database ${ours}; create table ${ours}.backup_ns_restoring (state int)`);
      server.query('create database shop_restoring_20260103t000000');
      for (const name of strangers)
        server.query(
          `create database ${name}; ${name.includes('04t') ? `create procedure ${name}.p() select 1` : `create table ${name}.t (id int)`}`,
        );
      await scene.dump();
      await scene.restore({}, { tries: true });
      expect(left().split('\n').toSorted()).toEqual(strangers);
      for (const name of strangers) server.query(`drop database ${name}`);
    },
  );

  exhaustively.test.each(['o\'dd `name` "x" \\ %s', 'ü'.repeat(64)])('of any name: %s', async (name) => {
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    server.query(`create database ${quoted}`);
    server.query('create table orders (id int); insert into orders values (7)', name);
    const settings = { databases: { from: 'literal', names: [name] } } as const;
    await scene.dump(settings);
    server.query('delete from orders', name);
    const { lines } = await scene.restore(settings, { tries: true });
    expect(lines).toContainEqual(expect.objectContaining({ msg: tried }));
    expect([orders(name), left()]).toEqual(['7', '']);
    server.query(`drop database ${quoted}`);
  });

  exhaustively.test('and a restore that is stopped in the midst of it leaves nothing', async () => {
    await scene.dump();
    scene.sql = scene.sql.replace(
      '-- Dump completed',
      'INSERT INTO `orders` VALUES (3 + sleep(30));\n-- Dump completed',
    );
    server.query('delete from orders where id = 1', 'shop');
    const stop = new AbortController();
    const run = rejectionOf(scene.restore({}, { tries: true, stop: stop.signal }));
    await vi.waitUntil(() => left() !== '' && server.query('show processlist').includes('sleep(30)'), {
      timeout: 20_000,
    });
    stop.abort();
    expect(await run).toMatchObject({ reason: 'cancelled' });
    await vi.waitUntil(() => left() === '', { timeout: 20_000 });
    expect(orders()).toBe('2');
  });
});
