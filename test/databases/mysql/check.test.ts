import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exhaustively } from '../../support/exhaustive.ts';
import { checkServer } from '../../../src/databases/check-server.ts';
import { mysqlServer } from '../../../src/databases/mysql/mysql.ts';
import { takeDumps } from '../../../src/databases/take-dumps.ts';
import type { MysqlSettings } from '../../../src/databases/mysql/settings.ts';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password } from '../../../scripts/servers/mysql-server.ts';
import { execHere } from '../local-exec.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { hasPython } from '../script-process.ts';
import { mysqlSettings } from './settings.ts';

// A backup runs dozens of processes.
vi.setConfig({ testTimeout: 60_000 });

let server: SharedMysql;
beforeAll(async () => {
  const blank = await blankMysql();
  if (!blank || !hasPython) return;
  server = blank;
  server.query('create database shop; create table shop.orders (id int primary key) engine = innodb');
  server.query('insert into orders values (1), (2)', 'shop');
}, 60_000);

const inContainer = { MYSQL_ROOT_PASSWORD: password, MYSQL_DATABASE: 'shop' };

function inPod(settings: Partial<MysqlSettings> = {}, env: Record<string, string> = inContainer) {
  const kube = new FakeKube();
  const all = { PATH: process.env['PATH'] ?? '', SHLVL: '2', ...env };
  kube.onExec = (options) => execHere(options, { shell: ['sh'], env: all });
  const container = { namespace: 'shop', pod: 'db-0', container: 'db' };
  const dumpFile = join(temporaryFolder('mysql-'), 'dump.sql.gz');
  const database = mysqlServer(mysqlSettings({ port: server.port, dumpFile, ...settings }));
  const check = () => checkServer(database, container, 100, testContext(kube));
  const dump = async () => {
    const { version = '', toolVersion = '', databases } = await check();
    const checked = { container, version, toolVersion, databases, maximumUsedPercent: 100 };
    await takeDumps(database, checked, testContext(kube));
    return gunzipSync(readFileSync(dumpFile)).toString();
  };
  return { check, dump };
}

/** A user with these rights, until the test is over. */
function userWith(...grants: string[]): Pick<MysqlSettings, 'user' | 'password'> {
  server.query(
    `create user app identified by 'sesame'; ${grants.map((each) => `grant ${each} to app;`).join('')}`,
  );
  onTestFinished(() => void server.query('drop user app'));
  return { user: { from: 'literal', value: 'app' }, password: { from: 'literal', value: 'sesame' } };
}

/** Something in the database, until the test is over. */
function there(sql: string, drop: string): void {
  server.query(sql, 'shop');
  onTestFinished(() => void server.query(drop, 'shop'));
}

describe.skipIf(!mysqlPrograms || !hasPython)('MariaDB is checked', () => {
  it('by either name of a variable, and by the file that one names', async () => {
    const secret = join(temporaryFolder('mysql-'), 'sec ret');
    writeFileSync(secret, `${password}\n`);
    for (const env of [
      { MARIADB_ROOT_PASSWORD: password, MARIADB_DATABASE: 'shop' },
      { MYSQL_ROOT_PASSWORD_FILE: secret, MARIADB_DATABASE: 'shop' },
      { MYSQL_ROOT_PASSWORD: '', MARIADB_ROOT_PASSWORD_FILE: secret, MYSQL_DATABASE: 'shop' },
    ]) {
      expect(await inPod({}, env).check()).toMatchObject({ problems: [], databases: ['shop'] });
    }
  });

  it('for a variable that is empty', async () => {
    const { problems } = await inPod({}, { MYSQL_ROOT_PASSWORD: password }).check();
    expect(problems).toEqual([
      expect.stringContaining(
        'variable MYSQL_DATABASE of the container is empty, so there is no database to dump; set ⟪mysqlDatabases⟫',
      ),
    ]);
    const user = { from: 'container', variable: 'APP_USER' } as const;
    expect((await inPod({ user }).check()).problems[0]).toContain(
      'variable APP_USER of the container is empty',
    );
  });

  exhaustively.test('for its tools, of which either name will do', async () => {
    const folder = temporaryFolder('mysql-');
    for (const tool of 'sh printenv dd sha256sum mkfifo df wc tail mv rm cat tr sleep du id sync'.split(' '))
      symlinkSync(
        spawnSync('sh', ['-c', `command -v ${tool}`])
          .stdout.toString()
          .trim(),
        join(folder, tool),
      );
    const env = { ...inContainer, PATH: folder };
    expect((await inPod({}, env).check()).problems).toEqual([
      expect.stringMatching(/^There is no mariadb-dump\/mysqldump, mariadb\/mysql in container 'db'/),
      expect.stringMatching(
        /^There is no gzip in .*dump\.sql\.gz needs by its name; use an image that has it, or/,
      ),
    ]);
    const clients = mysqlPrograms?.clients ?? '';
    symlinkSync(join(clients, 'mariadb-dump'), join(folder, 'mysqldump'));
    symlinkSync(join(clients, 'mariadb'), join(folder, 'mysql'));
    symlinkSync('/bin/gzip', join(folder, 'gzip'));
    expect((await inPod({}, env).check()).problems).toEqual([]);
    expect(await inPod({}, env).dump()).toContain('-- Dump completed');
  });

  it('for rights without which a dump would leave something out', async () => {
    const { problems } = await inPod(userWith('select, show view on shop.*')).check();
    expect(problems).toEqual([
      expect.stringContaining("User 'app' lacks TRIGGER, EVENT on database 'shop'"),
      expect.stringContaining("does not see the procedures and functions of database 'shop'"),
    ]);
    server.query('grant trigger, event on shop.* to app; grant select on mysql.proc to app');
    expect(
      (
        await inPod({
          user: { from: 'literal', value: 'app' },
          password: { from: 'literal', value: 'sesame' },
        }).check()
      ).problems,
    ).toEqual([]);
  });

  it('for what the tool would stumble over, and does', async () => {
    there('create procedure secret_() select 1', 'drop procedure secret_');
    there(
      'create table gone (a int); create view broken as select * from gone; drop table gone',
      'drop view broken',
    );
    const made = inPod(userWith('select, show view, trigger, event, execute on shop.*'));
    expect((await made.check()).problems).toEqual([
      expect.stringContaining("User 'app' may not read routine 'shop.secret_' in"),
      expect.stringContaining("User 'app' cannot read view 'shop.broken' in"),
    ]);
    await expect(made.dump()).rejects.toThrow('broken');
  });

  it('for tables that no transaction protects', async () => {
    there('create table counters (a int) engine = aria', 'drop table counters');
    const { problems, warnings } = await inPod().check();
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("No transaction protects table 'shop.counters' in")]);
  });
});

it.skipIf(!mysqlPrograms || !hasPython)(
  'option files of the container say how to connect, not what to dump, as whom, or where',
  async () => {
    const home = temporaryFolder('mysql-');
    const options = ['password=wrong', 'user=nobody', 'port=1', 'host=nowhere', 'socket=/nowhere', 'ssl'];
    const harm = [
      'no-data',
      'skip-comments',
      'ignore-table=shop.orders',
      'result-file=/tmp/stolen',
      'compact',
    ];
    const groups = ['[client]', ...options, '[mysqldump]', ...harm, '[mariadb-dump]', ...harm];
    writeFileSync(join(home, '.my.cnf'), `${groups.join('\n')}\n`);
    const text = await inPod({}, { ...inContainer, HOME: home }).dump();
    expect(text).toContain('INSERT INTO `orders` VALUES\n(1),\n(2);');
    // Of a connection: there is no TLS at this server.
    writeFileSync(join(home, '.my.cnf'), '[client]\nssl-verify-server-cert\n');
    const { problems } = await inPod({}, { ...inContainer, HOME: home }).check();
    expect(problems).toEqual([expect.stringContaining('TLS/SSL error')]);
  },
);

exhaustively.test.skipIf(!mysqlPrograms || !hasPython)(
  'what belongs to a user who is gone survives in a database of the same name',
  async () => {
    server.query('create database orphans; create user gone; grant all on orphans.* to gone');
    onTestFinished(() => void server.query('drop database orphans'));
    server.query(
      `create table a (id int); create definer = gone view v as select id from a;
       create definer = gone trigger t after insert on a for each row set @x = 1;
       create definer = gone function f() returns int return 1;
       create definer = gone event e on schedule every 1 day starts '2030-01-01' do set @x = 2; drop user gone`,
      'orphans',
    );
    const contents = () =>
      ['view v', 'trigger t', 'function f', 'event e'].map((what) =>
        server.query(`show create ${what}`, 'orphans').replace(/\t[0-9: .-]+$/, ''),
      );
    const before = contents();
    const sql = await inPod({ databases: { from: 'literal', names: ['orphans'] } }).dump();
    server.query('drop database orphans; create database orphans');
    server.load(Buffer.from(sql), 'orphans');
    expect(contents()).toEqual(before);
    expect(before.join()).toMatch(/gone/);
  },
);
