import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { inPlaceScript } from '../../src/databases/postgres/restore/scripts.ts';
import { scriptOnStdin } from '../../src/databases/script-on-stdin.ts';
import { killTree } from '../../src/kube/exec/kill.ts';
import { systemClock } from '../../src/core/system.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { startScript, type ScriptProcess } from './script-process.ts';
import { canRun, expectNothingLeft, inContainer, shells, useServer } from './script-support.ts';
import { sampled } from '../support/exhaustive.ts';

const { server } = useServer();

const env = {
  ...inContainer,
  PATH: `${postgresPrograms}:${process.env['PATH']}`,
  // bash takes a shell with a socket for stdin, which Node's pipes are, for one of rshd's, and reads bashrc.
  SHLVL: '2',
};

/** A large dump, so that it is still written to the pipe when the client has ended. */
let sql: string;

beforeAll(() => {
  if (!canRun) return;
  server().query(
    'create table t as select i as id, repeat(md5(i::text), 20) as body from generate_series(1, 20000) i',
    'shop',
  );
  const place = [
    '-h',
    '127.0.0.1',
    '-p',
    String(server().port),
    '-U',
    'postgres',
    '--clean',
    '--if-exists',
    'shop',
  ];
  const pgDump = join(postgresPrograms ?? '', 'pg_dump');
  sql = execFileSync(pgDump, place, { env: { ...env, PGPASSWORD: password }, maxBuffer: 1 << 28 }).toString();
});
beforeEach(() => {
  if (canRun) server().query('truncate t; insert into t values (1, $$one$$)', 'shop');
});

const rows = () => server().query('select count(*) from t', 'shop');
const sessions = () =>
  server().query("select count(*) from pg_stat_activity where datname = 'shop' and pid <> pg_backend_pid()");

function restore(
  shell: readonly string[],
  bytes: Buffer,
  packing: 'gzip' | 'plain',
  sha256?: string,
): ScriptProcess {
  const folder = mkdtempSync(join(tmpdir(), 'restore-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'dump');
  writeFileSync(file, bytes);
  const digest = sha256 ?? createHash('sha256').update(bytes).digest('hex');
  const credentials = [
    'container',
    'POSTGRES_USER',
    'container',
    'POSTGRES_PASSWORD',
    'container',
    'POSTGRES_DB',
  ];
  const args = [
    '127.0.0.1',
    String(server().port),
    ...credentials,
    file,
    packing,
    digest,
    '60',
    'aRandomWord',
    'yes',
    '',
  ];
  const { command, opening } = scriptOnStdin(inPlaceScript, args);
  const started = startScript({ shell, command, env });
  started.stdin.write(`${opening}\n`);
  return started;
}

/** A session that keeps the table locked; resolves to how it is released. */
async function lockTable(): Promise<() => Promise<void>> {
  const place = ['-h', '127.0.0.1', '-p', String(server().port), '-U', 'postgres', '-d', 'shop'];
  const psql = spawn(join(postgresPrograms ?? '', 'psql'), ['-Xq', ...place], {
    env: { ...env, PGPASSWORD: password },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  psql.stdin.write('begin; lock table t in access share mode;\n');
  const count = "select count(*) from pg_locks where relation = 't'::regclass and mode = 'AccessShareLock'";
  await vi.waitUntil(() => server().query(count, 'shop') === '1', { timeout: 10_000, interval: 20 });
  return async () => {
    psql.stdin.end();
    await once(psql, 'exit');
    await vi.waitUntil(() => sessions() === '0', { timeout: 10_000, interval: 20 });
  };
}

const untilWaiting = () =>
  vi.waitUntil(
    () => server().query("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") === '1',
    { timeout: 10_000, interval: 20 },
  );

describe.skipIf(!canRun).each(sampled(shells, 1))(
  'the restore script under $name',
  { timeout: 30_000 },
  ({ shell }) => {
    it('restores a dump, compressed or not', async () => {
      for (const packing of ['gzip', 'plain'] as const) {
        server().query('truncate t', 'shop');
        const bytes = packing === 'gzip' ? gzipSync(sql) : Buffer.from(sql);
        const end = await restore(shell, bytes, packing).end;
        expect(end).toMatchObject({
          exitCode: 0,
          stdout: expect.stringMatching(/^transaction=\d+\nrestored=yes\nend\n$/),
          stderr: '',
        });
        expectNothingLeft(end);
        expect(rows()).toBe('20000');
      }
    });

    it('ends at the first error, in the midst of the dump, and leaves no process and no change', async () => {
      const broken = sql.replace('COPY public.t (id, body)', 'COPY public.t (id, nobody)');
      const end = await restore(shell, gzipSync(broken), 'gzip').end;
      expect(end).toMatchObject({ exitCode: 65, stdout: expect.not.stringContaining('restored') });
      expect(end.stderr).toMatch(/ERROR: {2}column "nobody" of relation "t" does not exist/);
      expectNothingLeft(end);
      expect(rows()).toBe('1');
    });

    it('commits nothing of a dump that cannot be read to its end', async () => {
      const bytes = gzipSync(sql);
      const end = await restore(shell, bytes.subarray(0, bytes.length - 100), 'gzip').end;
      expect(end.stdout).not.toContain('restored');
      expectNothingLeft(end);
      expect(rows()).toBe('1');
    });

    it('refuses a dump that is another than was checked', async () => {
      const end = await restore(shell, Buffer.from(sql), 'plain', '0'.repeat(64)).end;
      expect(end).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('not what was recorded') });
      expectNothingLeft(end);
      expect(rows()).toBe('1');
    });

    it('gives up when its stdin ends: the caller is gone', async () => {
      const release = await lockTable();
      const started = restore(shell, gzipSync(sql), 'gzip');
      await untilWaiting();
      started.stdin.end();
      const end = await started.end;
      await release();
      expect(end).toMatchObject({ exitCode: 143, stdout: expect.not.stringContaining('restored') });
      expectNothingLeft(end);
      expect(rows()).toBe('1');
    });

    it('is ended with all that it started', async () => {
      const release = await lockTable();
      const started = restore(shell, gzipSync(sql), 'gzip');
      await untilWaiting();
      const pid = await started.pid;
      const startTime = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
      const runBeside = ([program = '', ...args]: string[]) =>
        Promise.resolve(execFileSync(program, args, { encoding: 'utf8' }));
      await killTree({ pid, startTime }, runBeside, systemClock, new AbortController().signal);
      const end = await started.end;
      await release();
      expectNothingLeft(end);
      expect(rows()).toBe('1');
    });
  },
);
