import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeFlags } from '../bundle/bundle.ts';
import { deployApp, provisionVolume } from '../sandbox/app.ts';
import { openSandbox } from '../sandbox/sandbox.ts';
import { postgresPrograms } from '../servers/postgres-programs.ts';
import { password, startPostgres } from '../servers/postgres-server.ts';
import type { BenchTools } from './benchmark.ts';
import { builtCommand } from './built-command.ts';
import { compileCache } from './compile-cache.ts';
import { entriesOf, gigabyteRows, tinyRows } from './gigabyte.ts';
import { measure } from './measure.ts';
import { cpuOfEndedChildren } from './usage.ts';

/** What something took. */
export interface Took {
  /** Of the whole process. */
  readonly seconds: number;
  /** Of all processes, those of the database server among them, and without those of the sandbox. */
  readonly cpuSeconds: number;
}

/** A PostgreSQL of this machine with a database of 1 GB, in a pod of a sandbox: no cluster is needed, and no image. */
export interface LocalShop extends AsyncDisposable {
  /** Where the dumps lie. */
  readonly volume: string;
  /** Of the database. */
  readonly bytes: number;
  /** Runs `backup-ns postgres …`, as users do. */
  ours(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Took>;
  /** Runs a shell script with the database's programs, as one does by hand; $1 is the argument. */
  byHand(script: string, argument: string): Promise<Took>;
  query(sql: string, database?: string): string;
}

const database = 'shop';

function childrenOf(pid: string): number {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').length;
}

/** A server takes note of its sessions' CPU time when they have ended, which is soon after their clients. */
async function untilChildren(pid: string, count: number, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  while (childrenOf(pid) > count && !patience.aborted) await delay(5);
}

export async function openLocalShop(tools: BenchTools): Promise<LocalShop> {
  if (postgresPrograms === undefined)
    throw new Error('There is no PostgreSQL here; on Debian: apt-get install postgresql');
  const programs = postgresPrograms;
  const { folder, report, signal, isTiny } = tools;
  const data = join(folder, 'data');
  mkdirSync(data);
  // The server runs as another user than this process.
  chmodSync(folder, 0o711);
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres(programs, data));
  report('filling a PostgreSQL');
  server.query(`create database ${database}`);
  server.query(entriesOf(isTiny ? tinyRows : gigabyteRows), database);
  for (const sql of ['vacuum analyze entry', 'checkpoint']) server.query(sql, database);
  const sandbox = stack.use(await openSandbox());
  await provisionVolume(sandbox, database);
  const place = { programs, port: server.port, user: 'postgres', password, name: database };
  const app = await deployApp(sandbox, database, place);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig(app.serviceAccount), { mode: 0o600 });
  const command = await builtCommand(report);
  const ofCommand = {
    KUBECONFIG: kubeconfig,
    ...app.settings,
    ...(await compileCache(command, folder, signal)),
  };
  const ofClients = {
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    PGHOST: '127.0.0.1',
    PGPORT: String(server.port),
    PGUSER: 'postgres',
    PGPASSWORD: password,
    PGDATABASE: database,
  };
  const [postmaster = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  const atRest = childrenOf(postmaster);
  const took = async (
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Took> => {
    const before = cpuOfEndedChildren(postmaster);
    const { seconds, cpuSeconds } = await measure(program, args, { env, signal });
    await untilChildren(postmaster, atRest, signal);
    return { seconds, cpuSeconds: cpuSeconds + cpuOfEndedChildren(postmaster) - before };
  };
  const opened = stack.move();
  return {
    volume: app.volume,
    bytes: Number(server.query('select pg_database_size(current_database())', database)),
    ours: (args, settings) =>
      took(process.execPath, [...nodeFlags, command, 'postgres', ...args], { ...ofCommand, ...settings }),
    byHand: (script, argument) => took('sh', ['-ceu', script, 'sh', argument], ofClients),
    query: (sql, name = database) => server.query(sql, name),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
