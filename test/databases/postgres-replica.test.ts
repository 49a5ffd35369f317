import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asNobody, giveToNobody } from '../../scripts/servers/server-process.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password, startPostgres, type PostgresServer } from '../../scripts/servers/postgres-server.ts';
import { checkServer } from '../../src/databases/check-server.ts';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { execHere } from './local-exec.ts';
import { canRun } from './script-support.ts';
import { postgresSettings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

vi.setConfig({ testTimeout: 240_000 });

let [primary, replica]: PostgresServer[] = [];
const folder = mkdtempSync(join(tmpdir(), 'replica-'));

/** A copy of the primary that follows it. */
async function startReplica(programs: string, port: number): Promise<PostgresServer> {
  chmodSync(folder, 0o711);
  giveToNobody(folder);
  const data = join(folder, 'data');
  const place = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-w'];
  const env = { ...process.env, PGPASSWORD: password };
  execFileSync(join(programs, 'pg_basebackup'), [...place, '-D', data, '-R', '-c', 'fast'], {
    ...asNobody,
    cwd: folder,
    env,
    stdio: 'pipe',
  });
  return startPostgres(programs, data);
}

function check(settings: Parameters<typeof postgresSettings>[0] = {}) {
  const kube = new FakeKube();
  const env = { SHLVL: '2', PATH: `${postgresPrograms ?? ''}:${process.env['PATH']}` };
  kube.onExec = (options) => execHere(options, { shell: ['sh'], env });
  const all = postgresSettings({
    dumpFile: join(temporaryFolder('replica-'), 'dump.sql.gz'),
    port: replica?.port ?? 0,
    user: { from: 'literal', value: 'postgres' },
    password: { from: 'literal', value: password },
    databases: { from: 'literal', names: ['postgres'] },
    ...settings,
  });
  const container = { namespace: 'shop', pod: 'db-1', container: 'postgres' };
  return checkServer(postgresServer(all), container, 100, testContext(kube));
}

const at = (server: PostgresServer | undefined, sql: string) => server?.query(sql) ?? '';
const catchUp = () =>
  vi.waitUntil(
    () => at(replica, 'select pg_last_wal_replay_lsn()') === at(primary, 'select pg_current_wal_flush_lsn()'),
    { timeout: 20_000 },
  );

beforeAll(async () => {
  if (!canRun || postgresPrograms === undefined) return;
  primary = await startPostgres(postgresPrograms);
  replica = await startReplica(postgresPrograms, primary.port);
}, 120_000);

afterAll(async () => {
  await replica?.[Symbol.asyncDispose]();
  await primary?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe.skipIf(!canRun)('a replica of PostgreSQL', () => {
  it('that has caught up says so, however long its primary is idle', async () => {
    await catchUp();
    expect(await check({ maximumLagSeconds: 0 })).toMatchObject({
      problems: [],
      warnings: [],
      replica: { lagSeconds: 0 },
    });
  });

  it('is what a primary is not', async () => {
    const { replica: state, ...checked } = await check({ port: primary?.port ?? 0 });
    expect([state, checked]).toMatchObject([undefined, { problems: [], warnings: [] }]);
  });

  it('whose replay is paused is a warning, and refused once it is behind', async () => {
    at(primary, 'create table one ()');
    await catchUp();
    at(replica, 'select pg_wal_replay_pause()');
    await vi.waitUntil(() => at(replica, 'select pg_get_wal_replay_pause_state()') === 'paused', {
      timeout: 20_000,
    });
    expect((await check()).warnings).toEqual([
      expect.stringMatching(
        /^PostgreSQL in .* is a replica that does not follow its primary \(its replay is paused\)/,
      ),
    ]);
    at(primary, 'create table two ()');
    const isBehind = () => at(replica, 'select pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()') === 't';
    await vi.waitUntil(isBehind, { timeout: 20_000 });
    await vi.waitUntil(
      () => Number(at(replica, 'select extract(epoch from now() - pg_last_xact_replay_timestamp())')) > 2,
      {
        timeout: 20_000,
        interval: 200,
      },
    );
    const { problems } = await check({ maximumLagSeconds: 1 });
    at(replica, 'select pg_wal_replay_resume()');
    expect(problems).toEqual([
      expect.stringMatching(
        /is a replica that is \d\.\ds behind, more than the 1\.0s of ⟪postgresMaximumLag⟫/,
      ),
    ]);
  });

  it('that receives nothing is a warning, as nobody knows what it lacks', async () => {
    at(replica, "alter system set primary_conninfo = ''");
    at(replica, 'select pg_reload_conf()');
    await vi.waitUntil(() => at(replica, 'select count(*) from pg_stat_wal_receiver') === '0', {
      timeout: 20_000,
    });
    expect(await check()).toMatchObject({
      problems: [],
      warnings: [expect.stringContaining('does not follow its primary (it receives nothing)')],
      replica: { lagSeconds: null },
    });
  });
});
