import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { initializeOnce } from './initialized.ts';
import { asNobody, giveToNobody, startServer } from './server-process.ts';

/** All that a shell could stumble over. */
export const password = 'p\'a"s$(id)`\\';

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Of psql, unaligned, as superuser `postgres`. */
  query(sql: string, database?: string): string;
  /** Feeds a dump to psql, which stops at the first error. */
  load(sql: Buffer, database: string): void;
}

/**
 * A server of its own: scram passwords, a free port, no fsync. It lies in a temporary folder; `data`, which must exist
 * and is left to the caller, is where its database lies instead: one that is there already, such as a copy of another
 * server's, is taken as it is.
 */
export async function startPostgres(programs: string, data?: string): Promise<PostgresServer> {
  const root = mkdtempSync(join(tmpdir(), 'pg-'));
  try {
    chmodSync(root, 0o711);
    giveToNobody(root);
    if (data !== undefined) giveToNobody(data);
    const cluster = data ?? join(root, 'data');
    if (!existsSync(join(cluster, 'PG_VERSION'))) initialize(programs, root, cluster);
    const port = await freePort();
    return serverOf(programs, root, port, await start(programs, root, cluster, port));
  } catch (error) {
    rmSync(root, { recursive: true });
    throw error;
  }
}

function serverOf(programs: string, root: string, port: number, server: ChildProcess): PostgresServer {
  const env = { ...process.env, PGPASSWORD: password, PGPORT: String(port), PGCLIENTENCODING: 'UTF8' };
  const psql = (database: string, args: string[], input?: Buffer): string =>
    execFileSync(
      join(programs, 'psql'),
      ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-U', 'postgres', ...args],
      // A name with = in it, as an argument, would be taken for more than a name.
      { env: { ...env, PGDATABASE: database }, stdio: ['pipe', 'pipe', 'pipe'], ...(input && { input }) },
    ).toString();
  return {
    port,
    query: (sql, database = 'postgres') => psql(database, ['-c', sql]).trim(),
    load: (sql, database) => void psql(database, ['-f', '-'], sql),
    async [Symbol.asyncDispose]() {
      server.ref();
      server.kill('SIGINT');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(root, { recursive: true });
    },
  };
}

function initialize(programs: string, root: string, cluster: string): void {
  // Small segments of the log keep the folder small, of which there will be copies.
  const layout = ['-E', 'UTF8', '--locale=C', '--wal-segsize=1'];
  const args = ['-U', 'postgres', '-A', 'scram-sha-256', '--no-sync', ...layout];
  initializeOnce(cluster, join(programs, 'postgres'), [...args, password], () => {
    const secret = join(root, 'password');
    writeFileSync(secret, `${password}\n`);
    giveToNobody(secret);
    const options = { ...asNobody, cwd: root, stdio: 'pipe' } as const;
    execFileSync(join(programs, 'initdb'), ['-D', cluster, ...args, `--pwfile=${secret}`], options);
  });
}

function start(programs: string, root: string, cluster: string, port: number): Promise<ChildProcess> {
  const settings = ['fsync=off', 'logging_collector=off'].flatMap((setting) => ['-c', setting]);
  const place = ['-D', cluster, '-k', root, '-h', '127.0.0.1', '-p', String(port)];
  return startServer(join(programs, 'postgres'), [...place, ...settings], {
    cwd: root,
    ready: 'ready to accept',
  });
}
