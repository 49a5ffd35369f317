import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password, startMysql } from '../../../scripts/servers/mysql-server.ts';
import { rejectionOf } from '../../kube/fixtures.ts';
import { exhaustively } from '../../support/exhaustive.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { holdingSession } from '../holding-session.ts';
import { hasPython } from '../script-process.ts';
import { app, MysqlScene } from './scene.ts';

let server: SharedMysql;

const content = `create database shop; create table shop.orders (id int primary key) engine = innodb;
  create table shop.flat (id int primary key) engine = myisam; insert into shop.orders values (1), (2);
  create user app@'%' identified by 'sesame'; grant all on shop.* to app@'%'; grant select on mysql.proc to app@'%'`;

beforeAll(async () => {
  const blank = await blankMysql();
  if (!blank) return;
  server = blank;
  server.query(content);
}, 60_000);

function session(sql: string, { port }: Pick<SharedMysql, 'port'> = server): Promise<AsyncDisposable> {
  const env = { PATH: process.env['PATH'] ?? '', MYSQL_PWD: password };
  const args = ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-uroot', '-BNn', '--database=shop'];
  return holdingSession('mariadb', args, env, sql);
}

const waiting = ({ query }: Pick<SharedMysql, 'query'> = server) =>
  query(`select group_concat(id) from information_schema.processlist where state like 'Waiting for%'`);
const untilItWaits = () => vi.waitUntil(() => waiting() !== 'NULL', 15_000);

describe.skipIf(!mysqlPrograms || !hasPython)('A dump of MariaDB', { timeout: 60_000 }, () => {
  it('that waits too long for a lock is given up, and names the lock and the likeliest session', async () => {
    await session('lock tables orders write');
    const scene = new MysqlScene(server);
    const error = await rejectionOf(scene.dump({ lockTimeoutSeconds: 2 }));
    expect(error).toMatchObject({ reason: 'dump' });
    expect((error as Error).message).toMatch(
      /^The dump in .* failed, the previous .*: it waited \d\.0s for a lock on table 'orders', perhaps held by session \d+ of user 'root' \(from localhost:\d+, idle\), longer than ⟪mysqlLockTimeout⟫ allows; end that session/,
    );
    expect(scene.warnings).toEqual([
      expect.stringMatching(/^The dump in .* waits for a lock on table 'orders'/),
    ]);
    await vi.waitUntil(() => waiting() === 'NULL', 15_000);
  });

  exhaustively.test('that waits beside the app says nothing of what the app asks', async () => {
    const holder = await session('lock tables orders write');
    const asked = session("select * from orders where id = '4111 1111'");
    await untilItWaits();
    const scene = new MysqlScene(server);
    const error = (await rejectionOf(scene.dump({ lockTimeoutSeconds: 2 }))) as Error;
    expect([error.message, ...scene.warnings].join(' ')).not.toMatch(/1111|where/);
    expect(error.message).toMatch(/waited .* for a lock on table '(\?|orders)'/);
    await holder[Symbol.asyncDispose]();
    await (await asked)[Symbol.asyncDispose]();
  });

  exhaustively.test('that waits behind a change of a table names who holds that up', async () => {
    await session('start transaction; select count(*) from orders');
    const change = session('alter table orders add column waited int');
    await untilItWaits();
    const error = await rejectionOf(new MysqlScene(server).dump({ lockTimeoutSeconds: 2 }));
    expect((error as Error).message).toMatch(
      /for a lock on table 'orders', perhaps held by session \d+ of user 'root' \(from .*, idle, its transaction open for /,
    );
    const id = server.query(
      `select id from information_schema.processlist where info like 'alter table orders%'`,
    );
    server.query(`kill ${id}`);
    await rejectionOf(change);
  });

  exhaustively.test('by a user who may see no other session says so', async () => {
    await session('lock tables orders write');
    const error = await rejectionOf(new MysqlScene(server).dump({ ...app, lockTimeoutSeconds: 2 }));
    expect((error as Error).message).toMatch(
      /for a lock on table 'orders', held by a session that the server does not name, longer than ⟪mysqlLockTimeout⟫/,
    );
  });

  exhaustively.test('goes on when the lock is free in time', async () => {
    const holder = await session('lock tables flat write');
    const scene = new MysqlScene(server);
    const dump = scene.dump({ lockTimeoutSeconds: 59 });
    await untilItWaits();
    await setTimeout(6000);
    await holder[Symbol.asyncDispose]();
    expect(await dump).toMatchObject({ database: 'shop' });
    expect(scene.warnings).toHaveLength(1);
  });

  exhaustively.test('is not held up by who only keeps others from writing', async () => {
    await session('flush tables with read lock');
    await new MysqlScene(server).dump({ lockTimeoutSeconds: 2 });
  });

  exhaustively.test('whose session is ended by somebody fails with the words of the tool', async () => {
    await session('lock tables orders write');
    const failure = rejectionOf(new MysqlScene(server).dump());
    await untilItWaits();
    server.query(`kill ${waiting()}`);
    const error = await failure;
    expect(error).toMatchObject({ reason: 'dump' });
    expect((error as Error).message).toMatch(
      /(Lost connection|was killed|interrupted).* ended with exit status \d/,
    );
  });

  exhaustively.test('is not ended by the limits of a statement that the server has', async () => {
    const holder = await session('lock tables orders write');
    server.query('set global max_statement_time = 0.5');
    onTestFinished(() => void server.query('set global max_statement_time = default'));
    const dump = new MysqlScene(server).dump();
    await Promise.race([untilItWaits(), dump]);
    await setTimeout(1000);
    await holder[Symbol.asyncDispose]();
    await dump;
  });

  exhaustively.test('names the session that holds the lock where performance_schema is on', async () => {
    if (!mysqlPrograms) return;
    await using other = await startMysql(mysqlPrograms, undefined, [
      '--performance-schema=on',
      '--performance-schema-instrument=wait/lock/metadata/sql/mdl=on',
    ]);
    other.query(content);
    const holder = await session('lock tables orders write', other);
    await session('do 1', other);
    const error = await rejectionOf(new MysqlScene(other).dump({ lockTimeoutSeconds: 2 }));
    expect((error as Error).message).toMatch(
      /for a lock on table 'shop.orders', held by session \d+ of user 'root' \(from localhost:\d+, idle\), longer/,
    );
    await holder[Symbol.asyncDispose]();
  });
});
