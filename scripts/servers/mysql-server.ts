import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { initializeOnce } from './initialized.ts';
import { asNobody, giveToNobody, startServer } from './server-process.ts';
import type { MysqlPrograms } from './mysql-programs.ts';

/** All that a shell, or an option file, could stumble over. */
export const password = 'p\'a"s$(id)`#\\';

export interface MysqlServer extends AsyncDisposable {
  readonly port: number;
  /** Of the client, one row per line, columns separated by tabs, as `root`. */
  query(sql: string, database?: string): string;
  /** Feeds a dump to the client, which stops at the first error. */
  load(sql: Buffer, database: string): void;
  /** Ends it as a crash would, and starts it anew on the same data and port. */
  restart(): Promise<void>;
}

interface Place {
  readonly programs: MysqlPrograms;
  readonly root: string;
  readonly data: string;
  readonly port: number;
  readonly options: readonly string[];
}

/**
 * A server of its own: a password, a free port, no syncing. It lies in a temporary folder; `data`, which must exist
 * and is left to the caller, is where its database lies instead. `options` are more of the server's.
 */
export async function startMysql(
  programs: MysqlPrograms,
  data?: string,
  options: readonly string[] = [],
): Promise<MysqlServer> {
  const root = mkdtempSync(join(tmpdir(), 'my-'));
  try {
    chmodSync(root, 0o711);
    giveToNobody(root);
    if (data !== undefined) giveToNobody(data);
    const place = { programs, root, data: data ?? join(root, 'data'), port: await freePort(), options };
    initialize(place);
    const server = serverOf(place, await start(place));
    // The first of the accounts has no password yet.
    execFileSync(
      ...client(place, '', ['--execute', `ALTER USER root@localhost IDENTIFIED BY ${quoted(password)}`]),
    );
    return server;
  } catch (error) {
    rmSync(root, { recursive: true });
    throw error;
  }
}

function serverOf(place: Place, first: ChildProcess): MysqlServer {
  let server = first;
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    server.ref();
    server.kill(signal);
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  };
  return {
    port: place.port,
    query: (sql, database = 'mysql') =>
      execFileSync(...client(place, password, ['--database', database, '--execute', sql]))
        .toString()
        .trimEnd(),
    load(sql, database) {
      const [program, args, options] = client(place, password, ['--database', database]);
      execFileSync(program, args, { ...options, input: sql });
    },
    async restart() {
      await end('SIGKILL');
      server = await start(place);
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      rmSync(place.root, { recursive: true });
    },
  };
}

function client(
  { programs, port }: Place,
  secret: string,
  args: string[],
): [string, string[], { env: NodeJS.ProcessEnv; stdio: 'pipe' }] {
  const place = ['--host=127.0.0.1', `--port=${port}`, '--user=root', '--default-character-set=utf8mb4'];
  const form = ['--batch', '--skip-column-names', '--raw'];
  return [
    join(programs.clients, 'mariadb'),
    ['--no-defaults', ...place, ...form, ...args],
    { env: { ...process.env, MYSQL_PWD: secret }, stdio: 'pipe' },
  ];
}

function initialize({ programs, root, data }: Place): void {
  const how = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  // Small files keep the folder small, of which there will be copies.
  const layout = ['--innodb-log-file-size=4M', '--innodb-data-file-path=ibdata1:4M:autoextend'];
  // A server that starts deletes temporary tables in that folder, also those of another.
  const env = { ...process.env, TMPDIR: root };
  const options = { ...asNobody, cwd: root, env, stdio: 'pipe' } as const;
  const args = ['--no-defaults', ...how, ...layout];
  initializeOnce(data, programs.server, args, () => {
    const [first = '', ...others] = args;
    execFileSync(programs.install, [first, `--datadir=${data}`, ...others], options);
  });
}

function start({ programs, root, data, port, options }: Place): Promise<ChildProcess> {
  const place = [`--datadir=${data}`, `--socket=${root}/socket`, `--pid-file=${root}/pid`, `--port=${port}`];
  const settings = [
    '--bind-address=127.0.0.1',
    '--innodb-flush-method=nosync',
    // Of a table that is made or dropped, its definition and the log of that, which took 20 ms each.
    '--debug-no-sync',
    '--skip-sync-frm',
    '--innodb-buffer-pool-size=16M',
  ];
  const layout = ['--innodb-log-file-size=4M', '--innodb-data-file-path=ibdata1:4M:autoextend'];
  const args = ['--no-defaults', ...place, `--tmpdir=${root}`, ...settings, ...layout, ...options];
  return startServer(programs.server, args, { cwd: root, ready: 'ready for connections' });
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
