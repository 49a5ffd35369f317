import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';

/** Debian keeps the server's programs out of PATH. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = listing(debian).toSorted((one, other) => Number(other) - Number(one));
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.find((folder) => ['initdb', 'postgres', 'psql', 'pg_dump'].every(isProgramIn(folder)));
}

function isProgramIn(folder: string): (name: string) => boolean {
  return (name) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The folder with PostgreSQL's programs; undefined where there is none (on Debian: package `postgresql`). */
export const postgresPrograms = findPrograms();

/** All that a shell could stumble over. */
export const password = 'p\'a"s$(id)`\\';

/** PostgreSQL does not run as root; nobody owns nothing, which is enough. */
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Of psql, unaligned, as superuser `postgres`. */
  query(sql: string, database?: string): string;
  /** Feeds a dump to psql, which stops at the first error. */
  load(sql: Buffer, database: string): void;
}

/** A server of its own in a temporary folder: scram passwords, a free port, no fsync. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const root = mkdtempSync(join(tmpdir(), 'pg-'));
  chmodSync(root, 0o711);
  const [data, secret] = [join(root, 'data'), join(root, 'password')];
  writeFileSync(secret, `${password}\n`);
  if (asNobody.uid !== undefined)
    for (const path of [root, secret]) chownSync(path, asNobody.uid, asNobody.gid);
  const init = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--no-sync', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), [...init, `--pwfile=${secret}`], {
    ...asNobody,
    cwd: root,
    stdio: 'pipe',
  });
  const port = await freePort();
  const options = [
    '-D',
    data,
    '-k',
    root,
    '-p',
    String(port),
    '-c',
    'fsync=off',
    '-c',
    'logging_collector=off',
  ];
  const server = spawn(join(programs, 'postgres'), [...options, '-h', '127.0.0.1'], {
    ...asNobody,
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('database system is ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`postgres did not start: ${log}`)));
  });
  const psql = (database: string, args: string[], input?: Buffer): string =>
    execFileSync(
      join(programs, 'psql'),
      ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-U', 'postgres', '-d', database, ...args],
      {
        env: { ...process.env, PGPASSWORD: password, PGPORT: String(port), PGCLIENTENCODING: 'UTF8' },
        stdio: ['pipe', 'pipe', 'pipe'],
        ...(input && { input }),
      },
    ).toString();
  return {
    port,
    query: (sql, database = 'postgres') => psql(database, ['-c', sql]).trim(),
    load: (sql, database) => void psql(database, ['-f', '-'], sql),
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(root, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
