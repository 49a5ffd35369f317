import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import type { PostgresSettings } from '../../src/databases/postgres/settings.ts';
import { takeDumps } from '../../src/databases/take-dumps.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { testContext } from '../support/context.ts';
import { exhaustively } from '../support/exhaustive.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { fakeFolder } from './fake-folder.ts';
import { holdingSession } from './holding-session.ts';
import { execHere } from './local-exec.ts';
import { oldDump } from './script-case.ts';
import { canRun, useServer } from './script-support.ts';
import { postgresSettings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { server } = useServer();
const container = { namespace: 'shop', pod: 'db-1', container: 'postgres' };
const literal = (value: string) => ({ from: 'literal', value }) as const;

/** An app's session of database `shop`, which has run this. */
function session(sql: string): Promise<AsyncDisposable> {
  const env = { PATH: process.env['PATH'] ?? '', PGPASSWORD: 'sesame', PGAPPNAME: 'psql \x1b[31m' };
  const place = ['-h', '127.0.0.1', '-p', String(server().port), '-U', 'app', '-d', 'shop'];
  return holdingSession(join(postgresPrograms ?? '', 'psql'), ['-XAtq', ...place], env, sql);
}

function started(settings: Partial<PostgresSettings> = {}, extra: Readonly<Record<string, string>> = {}) {
  const kube = new FakeKube();
  const env = { SHLVL: '2', PATH: `${postgresPrograms ?? ''}:${process.env['PATH']}`, ...extra };
  kube.onExec = (options) => execHere(options, { shell: ['sh'], env });
  const folder = temporaryFolder('waits-');
  const name = settings.format === 'directory' ? 'dump' : 'dump.sql.gz';
  const dumpFile = join(folder, name);
  if (name === 'dump') mkdirSync(dumpFile);
  const oldFile = name === 'dump' ? join(dumpFile, 'toc.dat') : dumpFile;
  writeFileSync(oldFile, oldDump);
  const context = testContext(kube);
  const wanted = postgresSettings({
    dumpFile,
    port: server().port,
    user: literal('postgres'),
    password: literal(password),
    databases: { from: 'literal', names: ['shop'] },
    globals: false,
    ...settings,
  });
  const versions = { version: '15', toolVersion: '15', maximumUsedPercent: 100 };
  const dumps = takeDumps(postgresServer(wanted), { container, databases: ['shop'], ...versions }, context);
  return {
    dumps,
    warnings: () => context.lines.filter(({ level }) => level === 40).map(({ msg }) => msg),
    lines: () => context.lines.map(({ msg }) => msg),
    stop: () => context.stop.abort(new Error('stopped')),
    /** What a dump says that fails: the old one is as it was, and neither the volume nor the server has anything left of it. */
    failure: async (): Promise<unknown> => {
      const error = await rejectionOf(dumps);
      expect(readdirSync(folder)).toEqual([name]);
      expect(readFileSync(oldFile, 'utf8')).toBe(oldDump);
      await vi.waitUntil(() => ourSessions() === '0', { timeout: 3000 });
      return error;
    },
  };
}

const ourSessions = () =>
  server().query(`select count(*) from pg_stat_activity where application_name like '%backup-ns%'`);
const untilItWaits = () =>
  vi.waitUntil(() => server().query('select count(*) from pg_locks where not granted') !== '0', 15_000);

describe.skipIf(!canRun)('A dump of PostgreSQL', { timeout: 30_000 }, () => {
  beforeAll(() => {
    if (!canRun) return;
    server().query(`create role app login password 'sesame'`);
    server().query('grant create on schema public to app', 'shop');
    const content = `create table "or'der" (id int); create table other (id int); create sequence numbers;
      insert into other select generate_series(1, 1000);`;
    server().query(`set role app; ${content}`, 'shop');
  });
  it('that waits too long for a lock is given up, and names lock and session', async () => {
    await session(`begin; lock table "or'der" in access exclusive mode`);
    const { failure, warnings } = started({ lockTimeoutSeconds: 2 });
    const held = `a lock on table 'public.or'der', held by session \\d+ of user 'app' \\(application 'psql .*31m', from 127.0.0.1, idle in transaction, its transaction open for [\\d.]+m?s\\)`;
    const after = `longer than ⟪postgresLockTimeout⟫ allows; end that session or its transaction, or set ⟪postgresLockTimeout⟫ to more`;
    const error = await failure();
    expect(error).toMatchObject({ reason: 'dump' });
    expect((error as Error).message).toMatch(
      new RegExp(
        `^The dump of database 'shop' in .* failed, the previous dumps are as they were: it waited [2345]\\.0s for ${held}, ${after}$`,
      ),
    );
    expect(warnings()).toEqual([expect.stringMatching(new RegExp(`^The dump in .* waits for ${held}$`))]);
    expect(warnings().join('')).not.toContain('\x1b');
  });

  exhaustively.test('that waits behind a session that waits itself names whom both wait for', async () => {
    await session(`begin; select from other; set application_name = 'reader'`);
    const waiting = rejectionOf(session('alter table other add column waited int'));
    await untilItWaits();
    const { failure, warnings } = started({ lockTimeoutSeconds: 2, format: 'directory' });
    expect(((await failure()) as Error).message).toMatch(
      /for a lock on table 'public.other', held by .*'reader'/,
    );
    expect(warnings()).toHaveLength(1);
    server().query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'alter table other%'`,
    );
    await waiting;
  });

  exhaustively.test('goes on when the lock is free in time', async () => {
    const holder = await session(`begin; alter sequence numbers rename to figures`);
    const { dumps, lines } = started({ lockTimeoutSeconds: 30 });
    await vi.waitUntil(
      () =>
        lines().some((line) => / waits for a lock on sequence 'public.numbers', held by session /.test(line)),
      10_000,
    );
    await holder[Symbol.asyncDispose]();
    expect(await dumps).toHaveLength(2);
    expect(lines()).toContain('the dump does not wait any more');
  });

  exhaustively.test('waits without a limit, and leaves no session behind when it is stopped', async () => {
    await session(`begin; lock table other in access exclusive mode`);
    const { failure, stop } = started({ lockTimeoutSeconds: Number.POSITIVE_INFINITY });
    await untilItWaits();
    stop();
    await failure();
  });

  exhaustively.test('that the server does not answer about is given up all the same', async () => {
    await session(`begin; lock table other in access exclusive mode`);
    const fakes = fakeFolder(temporaryFolder('fakes-'), { psql: 'exit 2' });
    const path = `${fakes}:${postgresPrograms ?? ''}:${process.env['PATH']}`;
    const { failure } = started({ lockTimeoutSeconds: 2 }, { PATH: path });
    expect(((await failure()) as Error).message).toMatch(
      /: the dump has not grown for [2345]\.0s, and the server does not answer who holds it up, longer than ⟪postgresLockTimeout⟫/,
    );
  });

  exhaustively.test('whose session is ended by somebody fails with his words', async () => {
    await session(`begin; lock table other in access exclusive mode`);
    const { failure } = started();
    await untilItWaits();
    server().query('select pg_terminate_backend(pid) from pg_locks where not granted');
    const error = await failure();
    expect(error).toMatchObject({ reason: 'dump' });
    expect((error as Error).message).toMatch(
      /terminating connection due to administrator command.*pg_dump ended with/,
    );
  });

  exhaustively.test('is not ended by the limits that a role or a database has', async () => {
    server().query(`create role limited login superuser password 'sesame'`);
    const limits = {
      statement_timeout: 200,
      lock_timeout: 200,
      idle_in_transaction_session_timeout: 200,
      idle_session_timeout: 200,
      default_transaction_read_only: 'on',
      default_transaction_isolation: 'serializable',
      default_transaction_deferrable: 'on',
    };
    for (const [name, value] of Object.entries(limits)) {
      server().query(`alter role limited set ${name} = '${value}'`);
      server().query(`alter database shop set ${name} = '${value}'`);
    }
    // Each does something slow before its own first question.
    const realPath = `${postgresPrograms ?? ''}:${process.env['PATH']}`;
    const pause = (tool: string) =>
      `psql -X -d shop -c 'select pg_sleep(0.5)' >/dev/null && PATH=$REAL_PATH exec ${tool} "$@"`;
    const fakes = { pg_dump: pause('pg_dump'), pg_dumpall: pause('pg_dumpall') };
    const path = `${fakeFolder(temporaryFolder('fakes-'), fakes)}:${realPath}`;
    const holder = await session(
      'set idle_in_transaction_session_timeout = 0; begin read write; lock table other in access exclusive mode',
    );
    const user = { user: literal('limited'), password: literal('sesame') };
    const { dumps } = started({ ...user, globals: true }, { PATH: path, REAL_PATH: realPath });
    await Promise.race([untilItWaits(), dumps]);
    await setTimeout(500);
    await holder[Symbol.asyncDispose]();
    expect(await dumps).toHaveLength(3);
    server().query('drop role limited');
    for (const name of Object.keys(limits)) server().query(`alter database shop reset ${name}`);
  });
});
