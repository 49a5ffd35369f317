import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { inspectDumpFile } from '../../../src/databases/dump-file.ts';
import type { RestoreWay } from '../../../src/databases/engine.ts';
import { postgresServer } from '../../../src/databases/postgres/postgres.ts';
import { dumpToRestore, prepareRestore } from '../../../src/databases/restore/prepare-restore.ts';
import { runRestore } from '../../../src/databases/restore/run-restore.ts';
import { postgresPrograms } from '../../../scripts/servers/postgres-programs.ts';
import { password } from '../../../scripts/servers/postgres-server.ts';
import { TestClock } from '../../kube/test-clock.ts';
import { testContext, type LogLine } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import type { SharedPostgres } from '../../support/servers.ts';
import { fakeFolder } from '../fake-folder.ts';
import { execHere } from '../local-exec.ts';
import { shells } from '../script-support.ts';
import { postgresSettings } from '../settings.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface RestoreWishes {
  readonly way?: RestoreWay;
  readonly searchPath?: string;
  readonly dropsOld?: boolean;
  readonly lockTimeoutSeconds?: number;
  readonly stop?: AbortSignal;
}

interface Given {
  readonly user?: string;
  readonly shell?: readonly string[];
  /** Shell scripts that stand first in PATH, by program; what they hide is in REAL_PATH. */
  readonly fakes?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const container = { namespace: 'shop', pod: 'db-1', container: 'db' };
let scenes = 0;

/** A database with a dump of it, restored by the scripts on this machine, without a cluster. */
export class RestoreScene {
  readonly database: string;
  readonly folder: string;
  /** The log of the last restore. */
  lines: readonly LogLine[] = [];
  readonly #server: SharedPostgres;
  /** Moves on: no two restores begin at once. */
  #seconds = 0;

  constructor(server: SharedPostgres, creation = '', database = `museum_${++scenes}`) {
    this.#server = server;
    this.database = database;
    this.folder = temporaryFolder('restore-');
    server.query(`create database ${quoted(database)} ${creation}`);
    onTestFinished(() => {
      for (const name of [database, ...this.others()])
        server.query(`drop database if exists ${quoted(name)} with (force)`);
    });
  }

  get dumpFile(): string {
    return join(this.folder, 'dump.sql.gz');
  }

  /** A session of a superuser that does nothing, until it is ended. */
  async session(database = this.database): Promise<AsyncDisposable> {
    const place = ['-h', '127.0.0.1', '-U', 'postgres', '-p', String(this.#server.port), database];
    const env = { ...process.env, PGPASSWORD: password };
    const psql = spawn(join(postgresPrograms ?? '', 'psql'), ['-XAtq', ...place], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    psql.stdin.on('error', () => {});
    psql.stdin.write('select 1;\n');
    await once(psql.stdout, 'data');
    return {
      async [Symbol.asyncDispose]() {
        psql.stdin.end();
        if (psql.exitCode === null && psql.signalCode === null) await once(psql, 'exit');
      },
    };
  }

  /** An app whose sessions come again as soon as they are ended. */
  async app(): Promise<Disposable> {
    const session = `"${join(postgresPrograms ?? '', 'psql')}" -XAtq -c 'select 1, pg_sleep(60)'`;
    const place = { PGHOST: '127.0.0.1', PGPORT: String(this.#server.port), PGUSER: 'postgres' };
    const env = { ...process.env, ...place, PGPASSWORD: password, PGDATABASE: this.database };
    const sessions = `echo; while :; do ${session} >/dev/null 2>&1; done`;
    const app = spawn('sh', ['-c', sessions], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(app.stdout, 'data');
    return { [Symbol.dispose]: () => void (app.pid && process.kill(-app.pid, 'SIGKILL')) };
  }

  query(sql: string, database = this.database): string {
    return this.#server.query(sql, database);
  }

  /** The databases that restores of it have made, or kept, by name. */
  others(): string[] {
    const start = `'${this.database.slice(0, 8).replaceAll("'", "''")}'`;
    const made = "datname ~ '_(before|restoring)_[0-9]{8}t[0-9]{6}$'";
    const names = `select datname from pg_database where ${made} and starts_with(datname, ${start}) order by 1`;
    return this.#server
      .query(names)
      .split('\n')
      .filter((name) => name !== '' && this.#isOfIt(name));
  }

  #isOfIt(name: string): boolean {
    const start = name.replace(/_(?:before|restoring)_\d{8}t\d{6}$/, '');
    return this.database === start || (start.length > 8 && this.database.startsWith(start));
  }

  /** Dumps it as the dump script does, and changes the text, whose characters are bytes. */
  dump(change: (sql: string) => string = (sql) => sql, ...more: string[]): void {
    const sql = change(this.pgDump('--clean', '--if-exists', ...more));
    this.write(gzipSync(Buffer.from(sql, 'latin1')));
  }

  write(bytes: Buffer, path = this.dumpFile): void {
    writeFileSync(path, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(`${path}.sha256`, `${digest}  dump\n`);
  }

  pgDump(...args: string[]): string {
    const env = { ...process.env, PGPASSWORD: password, PGDATABASE: this.database };
    const place = ['-h', '127.0.0.1', '-p', String(this.#server.port), '-U', 'postgres'];
    return execFileSync(join(postgresPrograms ?? '', 'pg_dump'), [...place, ...args], {
      env,
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString('latin1');
  }

  /** Gives the name under which the old database is kept. */
  async restore(wishes: RestoreWishes = {}, given: Given = {}): Promise<string | undefined> {
    const { way = 'beside', searchPath, dropsOld = false, lockTimeoutSeconds = 10 } = wishes;
    const context = this.#context(given, wishes.stop);
    const server = postgresServer(
      postgresSettings({
        port: this.#server.port,
        dumpFile: this.dumpFile,
        databases: { from: 'literal', names: [this.database] },
        user: { from: 'literal', value: given.user ?? 'postgres' },
        password: { from: 'literal', value: password },
      }),
    );
    const target = { namespace: 'shop', server, container };
    const { file } = await inspectDumpFile(
      container,
      this.dumpFile,
      { ...server.dump, record: 'believed' },
      context,
    );
    if (!file) throw new Error('there is no dump');
    const plan = { target, way, dump: dumpToRestore(file), what: 'The dump', tries: false };
    const prepared = await prepareRestore(plan, context);
    const settings = { lockTimeoutSeconds, dropsOld, searchPath, tries: false };
    const run = {
      target,
      database: this.database,
      file,
      dump: plan.dump,
      way,
      prepared,
      safetyDump: undefined,
      settings,
    };
    return await runRestore(run, context);
  }

  #context({ shell = shells[0]?.shell ?? ['sh'], fakes = {}, env = {} }: Given, stop?: AbortSignal) {
    const kube = new FakeKube();
    const root = temporaryFolder('programs-');
    const realPath = `${postgresPrograms}:${process.env['PATH']}`;
    const path = `${fakeFolder(root, fakes)}:${realPath}`;
    kube.onExec = (options) =>
      execHere(options, { shell, env: { SHLVL: '2', ...env, REAL_PATH: realPath, PATH: path } });
    const clock = new TestClock();
    clock.advance(1000 * ++this.#seconds);
    const context = testContext(kube, clock);
    this.lines = context.lines;
    return { ...context, signal: stop ?? context.signal };
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
