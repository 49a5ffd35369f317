import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { fakeFolder } from '../fake-folder.ts';
import { hasPython } from '../script-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { applets } from '../surroundings.ts';
import { app, MysqlScene } from './scene.ts';
import { exhaustively } from '../../support/exhaustive.ts';

// Dozens of processes each.
vi.setConfig({ testTimeout: 240_000 });

let server: SharedMysql;
let scene: MysqlScene;

beforeAll(async () => {
  const blank = await blankMysql();
  if (blank) server = blank;
}, 60_000);

beforeEach(() => {
  if (!mysqlPrograms) return;
  server.query('create or replace database shop');
  scene = new MysqlScene(server);
});

const query = (sql: string, database = 'shop') => server.query(sql, database);
const byHand = (sql: string, database: string) => server.load(Buffer.from(sql, 'latin1'), database);

/** The server's limit of a statement, until the test is over. */
function limitOf(bytes: number): void {
  const before = server.query('select @@global.max_allowed_packet');
  server.query(`set global max_allowed_packet = ${bytes}`);
  onTestFinished(() => void server.query(`set global max_allowed_packet = ${before}`));
}

/** Both ways back: by our own restore, and by hand into another database. */
async function comesBack(digest: (database: string) => string): Promise<void> {
  const before = digest('shop');
  server.query('create or replace database beside');
  byHand(scene.sql, 'beside');
  expect(digest('beside')).toBe(before);
  query('drop database shop; create database shop', 'mysql');
  await scene.restore();
  expect(digest('shop')).toBe(before);
}

describe.runIf(mysqlPrograms && hasPython)('a dump fits the server that it was made of', () => {
  exhaustively.test(
    'with a row of binary data that is longer than half of what the server takes',
    async () => {
      query(`create table files (id int primary key, name blob, body longblob);
      insert into files select 1, 'ö''\\\\', repeat(unhex(group_concat(lpad(hex(seq), 2, '0') order by seq separator '')), 36864)
        from seq_0_to_255`);
      expect(query('select length(body) from files')).toBe(String(9 * 1024 * 1024));
      query('analyze table files');
      await scene.dump();
      await comesBack((database) => query('select id, hex(name), md5(body) from files', database));
    },
  );

  exhaustively.test(
    'with binary data of every kind and every byte that is not written in hexadecimal',
    async () => {
      limitOf(1_048_576);
      query(`create table bytes (id int primary key, a tinyblob, b blob, c varbinary(600), d binary(255), e bit(64), f geometry,
        g json, h inet6, i uuid, j text character set utf8mb4, k varchar(300) character set latin1);
      create table filler (a longblob); insert into filler select random_bytes(1000) from seq_1_to_1500;
      set @all = (select group_concat(lpad(hex(seq), 2, '0') order by seq separator '') from seq_0_to_255);
      insert into bytes select seq, unhex(repeat(lpad(hex(seq), 2, '0'), 5)), unhex(@all),
        concat(unhex(@all), unhex(lpad(hex(seq), 2, '0'))), unhex(lpad(hex(seq), 2, '0')), seq * 72057594037927936, point(seq, -seq),
        json_object('a', "it's \\\\"), '::ffff:1.2.3.4', uuid(), concat('🐘', char(seq using latin1)), unhex(@all)
        from seq_0_to_255;
      analyze table filler`);
      await scene.dump();
      expect(scene.sql).not.toMatch(/,0x[0-9A-F]/);
      await comesBack((database) =>
        query(
          `select md5(group_concat(concat_ws(',', id, hex(a), hex(b), hex(c), hex(d), hex(e), hex(f), g, h, i, hex(j), hex(k)) order by id))
          from bytes; select md5(group_concat(md5(a) order by md5(a))) from filler`,
          database,
        ),
      );
    },
  );

  exhaustively.test('with rows together in statements that are no longer than it takes', async () => {
    query(`create table orders (id int primary key, note varchar(500));
      insert into orders select seq, repeat(md5(seq), 15) from seq_1_to_3000`);
    limitOf(65_536);
    await scene.dump();
    expect(scene.sql.match(/^INSERT INTO `orders`/gm)?.length).toBeGreaterThan(20);
    await comesBack((database) => query('select count(*), sum(crc32(note)) from orders', database));
  });

  const programs: [whose: string, path: string | undefined][] = [
    ['of this machine', ''],
    ['of busybox', applets],
  ];
  exhaustively.test.each(programs.filter(([, path]) => path !== undefined))(
    'or says so by the programs %s',
    async (_, path = '') => {
      const scene = new MysqlScene(server, { PATH: `${path}:${process.env['PATH']}` });
      limitOf(2_097_152);
      query(`create table files (body longblob); insert into files values (repeat(char(0), 1500000)), ('x');
      analyze table files`);
      const words = expect.stringMatching(
        /^A row of 3\d{6} bytes in the dump is longer than the server takes, whose max_allowed_packet is 2097152; raise that/,
      ) as string;
      expect(await scene.dump()).toMatchObject({ warnings: [words] });
      await expect(scene.restore()).rejects.toThrow(/longest statement of the dump has 3\d{6} bytes/);
      server.query('set global max_allowed_packet = 16777216');
      expect(await scene.dump()).not.toHaveProperty('warnings');
      const before = query('select md5(body) from files order by 1');
      query('delete from files');
      await scene.restore();
      expect(query('select md5(body) from files order by 1')).toBe(before);
    },
  );

  it('and small binary data is written in hexadecimal', async () => {
    query("create table files (body blob); insert into files values (unhex('00ff'))");
    await scene.dump();
    expect(scene.sql).toContain('(0x00FF);');
  });
});

exhaustively.describe.runIf(mysqlPrograms && hasPython)('tables with a history', () => {
  const history = (database: string) =>
    query(
      `select id, price, row_start, row_end from prices for system_time all order by 1, 3;
       select * from stock for system_time all order by id, a; select count(*) from old_ for system_time all`,
      database,
    );

  beforeEach(() =>
    query(`create table prices (id int primary key, price int) with system versioning;
      create table stock (id int primary key, many int, a timestamp(6) generated always as row start,
        b timestamp(6) generated always as row end, period for system_time(a, b)) with system versioning;
      create table old_ (id int) with system versioning partition by system_time limit 10 partitions 3;
      insert into prices values (1, 10), (2, 20); update prices set price = 11 where id = 1; delete from prices where id = 2;
      insert into stock (id, many) values (1, 10); update stock set many = 11; insert into old_ values (1); update old_ set id = 2`),
  );

  it('come back with it', async () => {
    server.query(
      "create or replace user app identified by 'sesame'; grant all on shop.* to app; grant select on mysql.proc to app",
    );
    onTestFinished(() => void server.query('drop user app'));
    expect((await scene.check(app)).warnings).toEqual([]);
    await scene.dump(app);
    expect(history('shop').split('\n')).toHaveLength(6);
    const before = history('shop');
    query('drop table prices; drop table stock; drop table old_');
    await scene.restore(app);
    expect(history('shop')).toBe(before);
    await comesBack(history);
  });

  exhaustively.test(
    'are named when one of them has a history of transactions, which the tool cannot dump',
    async () => {
      query(`create table ledger (id int, a bigint unsigned generated always as row start,
      b bigint unsigned generated always as row end, period for system_time(a, b)) with system versioning;
      insert into ledger (id) values (1); update ledger set id = 2`);
      expect((await scene.check()).warnings).toEqual([
        expect.stringMatching(
          /^The history of tables 'shop.ledger', 'shop.old_', 'shop.prices' and 1 more in .* is not dumped, .*table 'shop.ledger'\)/,
        ),
      ]);
      await scene.dump();
      const rows = (database: string) =>
        query('select id, price from prices; select id, many from stock; select id from ledger', database);
      await comesBack(rows);
    },
  );

  exhaustively.test('are named when the tool has no option for it', async () => {
    const old = `case " $* " in *' --help '*) $REAL/mariadb-dump --help | sed /dump-history/d; exit ;; *dump-history*) exit 9 ;; esac
      exec $REAL/mariadb-dump "$@"`;
    const PATH = `${fakeFolder(temporaryFolder('mysql-'), { 'mariadb-dump': old })}:${process.env['PATH']}`;
    const scene = new MysqlScene(server, { PATH, REAL: mysqlPrograms?.clients ?? '' });
    expect((await scene.check()).warnings).toEqual([
      expect.stringMatching(
        /^The history of tables 'shop.old_', .* has no --dump-history, which came with 10.11/,
      ),
    ]);
    await scene.dump();
  });
});
