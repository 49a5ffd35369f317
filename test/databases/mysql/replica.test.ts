import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password, startMysql, type MysqlServer } from '../../../scripts/servers/mysql-server.ts';
import { hasPython } from '../script-process.ts';
import { app, MysqlScene } from './scene.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';

vi.setConfig({ testTimeout: 240_000 });

let [primary, replica]: MysqlServer[] = [];

const follow = (options = '') => `
  change master to master_host = '127.0.0.1', master_port = ${primary?.port}, master_user = 'root',
    master_password = '${password.replaceAll(/['\\]/g, '\\$&')}', master_use_gtid = slave_pos ${options}; start slave`;

const at = (server: MysqlServer | undefined, sql: string) => server?.query(sql) ?? '';
const isThere = (table: string) =>
  vi.waitUntil(
    () => at(replica, `select count(*) from information_schema.tables where table_name = '${table}'`) === '1',
    { timeout: 20_000 },
  );

/** A session of the replica that does this, and then nothing until it is released. */
function hold(sql: string): () => Promise<void> {
  const place = ['--no-defaults', '--host=127.0.0.1', `--port=${replica?.port}`, '--user=root'];
  const session = spawn(join(mysqlPrograms?.clients ?? '', 'mariadb'), place, {
    env: { ...process.env, MYSQL_PWD: password },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  session.stdin.write(`${sql};\n`);
  return async () => {
    session.stdin.end();
    await once(session, 'exit');
  };
}

beforeAll(async () => {
  if (!mysqlPrograms || !hasPython) return;
  const options = ['--log-bin=log', '--server-id=1'];
  primary = await startMysql(mysqlPrograms, undefined, options);
  replica = await startMysql(mysqlPrograms, undefined, ['--server-id=2']);
  // The server sets up its own accounts before the log of it is begun by the other.
  at(primary, 'reset master');
  at(replica, follow());
  at(primary, 'create database shop; create table shop.orders (id int primary key)');
  await isThere('orders');
}, 120_000);

afterAll(async () => {
  await replica?.[Symbol.asyncDispose]();
  await primary?.[Symbol.asyncDispose]();
});

describe.runIf(mysqlPrograms && hasPython)('a replica', () => {
  const scene = () => new MysqlScene(replica ?? { port: 0 });

  exhaustively.test('that has caught up is dumped, and the dump says how far it was behind', async () => {
    expect(await scene().check()).toMatchObject({ problems: [], warnings: [], replica: { lagSeconds: 0 } });
    expect(await scene().dump()).toMatchObject({ replica: { lagSeconds: 0 } });
  });

  exhaustively.test('is what a primary is not', async () => {
    const { replica: state, ...checked } = await new MysqlScene(primary ?? { port: 0 }).check();
    expect([state, checked]).toMatchObject([undefined, { problems: [], warnings: [] }]);
  });

  it.each(sampled(['sql_thread', 'io_thread'], 1))(
    'whose %s is stopped is dumped with a warning',
    async (thread) => {
      at(replica, `stop slave ${thread}`);
      const checked = await scene().check();
      at(replica, `start slave ${thread}`);
      expect(checked).toMatchObject({
        problems: [],
        warnings: [
          expect.stringMatching(
            /is a replica that does not follow its primary \(IO thread: \w+, SQL thread: \w+\)/,
          ),
        ],
        replica: { lagSeconds: null },
      });
    },
  );

  exhaustively.test('that fails to apply a change is dumped with a warning', async () => {
    at(replica, 'insert into shop.orders values (7)');
    at(primary, 'insert into shop.orders values (7)');
    await vi.waitUntil(() => at(replica, 'show slave status').includes('Duplicate entry'), {
      timeout: 20_000,
    });
    const { warnings } = await scene().check();
    at(replica, 'delete from shop.orders; start slave');
    expect(warnings).toEqual([expect.stringContaining('(IO thread: Yes, SQL thread: No)')]);
  });

  exhaustively.test(
    'that is further behind than it may be is refused, and one that is less is not',
    async () => {
      const release = hold('lock tables shop.orders write');
      await vi.waitUntil(() => at(replica, 'show open tables where in_use > 0').includes('orders'), {
        timeout: 20_000,
      });
      at(primary, 'insert into shop.orders values (8)');
      // Seconds_Behind_Master.
      const lag = () => Number(at(replica, 'show slave status').split('\t')[32]);
      await vi.waitUntil(() => lag() >= 3, { timeout: 20_000 });
      const [late, patient] = [await scene().check({ maximumLagSeconds: 2 }), await scene().check()];
      await release();
      expect(late.problems).toEqual([
        expect.stringMatching(
          /^MySQL in .* is a replica that is \d+\.\ds behind, more than the 2\.0s of ⟪mysqlMaximumLag⟫, .*; set ⟪mysqlExecResource⟫ to the primary/,
        ),
      ]);
      expect(patient).toMatchObject({ problems: [], warnings: [] });
      expect(patient.replica?.lagSeconds).toBeGreaterThanOrEqual(3);
    },
  );

  exhaustively.test(
    'of which the user may not know is a warning where the server is read-only, and none elsewhere',
    async () => {
      at(
        primary,
        `create user app identified by 'sesame'; grant select, show view, trigger, event, execute on shop.* to app`,
      );
      await vi.waitUntil(() => at(replica, "select count(*) from mysql.user where user = 'app'") === '1', {
        timeout: 20_000,
      });
      expect((await scene().check(app)).warnings).toEqual([]);
      at(replica, 'set global read_only = 1');
      const { warnings, problems } = await scene().check(app);
      at(replica, 'set global read_only = 0; grant replica monitor on *.* to app');
      expect([problems, warnings]).toEqual([
        [],
        [expect.stringContaining("may be a replica, as it is read-only, and user 'app'")],
      ]);
      expect((await scene().check(app)).replica).toEqual({ lagSeconds: 0 });
    },
  );
});
