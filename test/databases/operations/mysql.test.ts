import { readdirSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { startCommand } from '../../support/command-process.ts';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password } from '../../../scripts/servers/mysql-server.ts';
import { python } from '../../../scripts/python.ts';
import { deployApp, provisionVolume, type SandboxApp } from '../../../scripts/sandbox/app.ts';
import { Person } from './person.ts';
import { exhaustively } from '../../support/exhaustive.ts';

let server: SharedMysql;
let sandbox: Sandbox;
let app: SandboxApp;
let settings: Record<string, string>;

beforeAll(async () => {
  const blank = await blankMysql();
  if (!mysqlPrograms || !blank) return;
  server = blank;
  server.query('create database shop');
  sandbox = await openSandbox();
  await provisionVolume(sandbox, 'shop');
  const place = { programs: mysqlPrograms.clients, port: server.port };
  app = await deployApp(sandbox, 'shop', { ...place, user: 'root', password, name: 'shop' });
  settings = {
    BAK_NAMESPACE: 'shop',
    BAK_DB_MYSQL_EXEC_RESOURCE: 'deployment/app',
    BAK_DB_MYSQL_EXEC_CONTAINER: 'postgres',
    BAK_DB_MYSQL_PORT: String(server.port),
    BAK_DB_MYSQL_PASSWORD: password,
    BAK_DB_MYSQL_DB: 'shop',
    BAK_DB_MYSQL_DUMP_FILE: app.dumpFile,
  };
}, 60_000);
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
});

const query = (sql: string) => server.query(sql, 'shop');
const rows = () => query('select count(*) from orders');
const run = (args: readonly string[], input?: string, others: Record<string, string> = {}) =>
  startCommand(sandbox, {
    command: 'mysql',
    args,
    settings: { ...settings, ...others },
    account: { serviceAccount: app.serviceAccount, namespace: 'shop' },
    ...(input !== undefined && { input }),
  }).ended;
const safetyDumps = () => readdirSync(app.volume).filter((file) => /before-restore-.*gz$/.test(file));

describe.runIf(mysqlPrograms)('mysql by hand', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    query('create or replace table orders (id int primary key)');
    query('insert into orders select seq from seq_1_to_2000');
    expect(await run(['dump'])).toMatchObject({ exitCode: 0 });
    query('delete from orders where id > 1');
  });

  exhaustively.test('info tells of the server, the databases and the dump', async () => {
    const { stdout } = await run(['info', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      engine: 'mysql',
      serverVersion: server.query('select version()'),
      role: 'primary',
      user: 'root',
      databases: [{ name: 'shop' }],
      dumps: [{ path: app.dumpFile, state: 'good' }],
    });
  });

  test('restore brings the dump back, and keeps what was there before in a dump of its own', async () => {
    query('create or replace table newer (id int)');
    const before = safetyDumps();
    expect(await run(['restore', '--yes'])).toMatchObject({ exitCode: 0 });
    expect([rows(), query('select count(*) from newer')]).toEqual(['2000', '0']);
    expect(safetyDumps()).toHaveLength(before.length + 1);
  });

  exhaustively.test(
    'a restore that fails says what it leaves, with the error alone and not the rows',
    async () => {
      const sql = gunzipSync(readFileSync(app.dumpFile)).toString();
      const file = `${sandbox.folder}/broken.sql`;
      writeFileSync(
        file,
        sql.replace(/-- Dump completed/, "select no_such('a secret row');\n-- Dump completed"),
      );
      const { exitCode, stderr } = await run(['restore', '--yes', '--file', file]);
      expect(exitCode).toBe(9);
      expect(stderr).toMatch(/may be half restored, as MySQL takes nothing back .*: ERROR 1305 .*no_such/);
      expect(stderr).toMatch(/before-restore-.*backup-ns mysql restore -n shop --db-mysql-db 'shop'/);
      expect(stderr).toMatch(/restored without a trial .* \(line \d+: '?select no_such…/i);
      expect(stderr).not.toMatch(/a secret row/i);
    },
  );

  exhaustively.test('a dump that chooses its database itself is refused', async () => {
    const sql = gunzipSync(readFileSync(app.dumpFile)).toString();
    const file = `${sandbox.folder}/of-databases.sql`;
    writeFileSync(file, `USE \`other\`;\n${sql}`);
    const { exitCode, stderr } = await run(['restore', '--yes', '--file', file]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('--databases'),
    });
    expect(rows()).toBe('1');
  });

  exhaustively.test(
    'a restore is refused before anything is changed when there would be no way back',
    async () => {
      query(`create table later (a int); create definer = root@localhost trigger audit before insert on later
      for each row set @a = 1; create user app identified by 'sesame'; grant all on shop.* to app;
      grant select on mysql.proc to app`);
      const before = safetyDumps();
      const asApp = { BAK_DB_MYSQL_USER: 'app', BAK_DB_MYSQL_PASSWORD: 'sesame' };
      const { exitCode, stderr } = await run(['restore', '--yes'], undefined, asApp);
      query('drop trigger audit; drop table later; drop user app');
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 4,
        stderr: expect.stringMatching(
          /no way back: The dump .*before-restore-.* has definers that user 'app@%' .*--no-safety-dump/s,
        ),
      });
      expect([rows(), safetyDumps().length]).toEqual(['1', before.length + 1]);
    },
  );

  test('shell runs what comes on stdin, with a password that no command line has', async () => {
    const { exitCode, stdout } = await run(['shell'], 'select count(*) from orders;\n');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'count(*)\n1\n' });
  });

  exhaustively.test.runIf(python)(
    'shell answers in a terminal, which does not show the password',
    async () => {
      const person = new Person({ sandbox, app, settings }, ['shell'], {}, 'mysql');
      await person.sees('[shop]>');
      person.type('select 6 * 7;\r');
      await person.sees('|    42 |');
      person.type('\\q\r');
      expect(await person.ended).toBe(0);
      expect(person.shown).not.toContain(password);
      expect(person.modes[1]).toBe(person.modes[0]);
    },
  );
});
