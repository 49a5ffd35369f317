import { spawn } from 'node:child_process';
import { knownNames } from '../../../src/cli/known-settings.ts';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { findTarget, type Target } from '../../../src/databases/operations/target.ts';
import type { Context } from '../../../src/context.ts';
import { serverSettings } from '../../../src/databases/operations/settings.ts';
import { postgres } from '../../../src/databases/postgres/postgres.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { inSandbox } from '../../retention/support.ts';
import { openSandbox, type Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { blankPostgres } from '../../support/servers.ts';
import { startCommand, type CommandProcess } from '../../support/command-process.ts';
import { postgresPrograms } from '../../../scripts/servers/postgres-programs.ts';
import { password } from '../../../scripts/servers/postgres-server.ts';
import { deployApp, provisionVolume, type SandboxApp } from '../../../scripts/sandbox/app.ts';

/** Undefined where there is no PostgreSQL. Each file has it blank: `beforeAll(blankPostgres)`. */
export const server = await blankPostgres();

let databases = 0;

/** An app with a database of its own in the sandbox. */
export class Scene implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly app: SandboxApp;
  readonly database: string;

  private constructor(sandbox: Sandbox, app: SandboxApp, database: string) {
    this.sandbox = sandbox;
    this.app = app;
    this.database = database;
  }

  /** With a table `orders` of this many rows. */
  static async open(rows = 2000): Promise<Scene> {
    const database = `shop_${++databases}`;
    server?.query(`create database ${database}`);
    server?.query(ordersTable(rows), database);
    const sandbox = await openSandbox();
    await provisionVolume(sandbox, 'shop');
    const place = { programs: postgresPrograms ?? '', port: server?.port ?? 0 };
    const app = await deployApp(sandbox, 'shop', { ...place, user: 'postgres', password, name: database });
    return new Scene(sandbox, app, database);
  }

  query(sql: string): string {
    return server?.query(sql, this.database) ?? '';
  }

  /** A session that does this, and then nothing until it is released. */
  hold(sql: string): { release(): Promise<void> } {
    const env = { ...process.env, PGPASSWORD: password };
    const place = ['-h', '127.0.0.1', '-p', String(server?.port), '-U', 'postgres', '-d', this.database];
    const psql = spawn(join(postgresPrograms ?? '', 'psql'), ['-Xq', ...place], {
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    psql.stdin.write(`${sql};\n`);
    return {
      async release() {
        psql.stdin.end();
        await once(psql, 'exit');
      },
    };
  }

  /** How many sessions of the database wait for a lock. */
  waiting(): string {
    return this.#activity("wait_event_type = 'Lock'");
  }

  /** How many there are, besides this one. */
  sessions(): string {
    return this.#activity('true');
  }

  /** Ends those that wait for a lock. */
  endWaiting(): void {
    this.query("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'");
  }

  #activity(condition: string): string {
    const others = `datname = '${this.database}' and pid <> pg_backend_pid()`;
    return this.query(`select count(*) from pg_stat_activity where ${others} and ${condition}`);
  }

  /** Those that the volume has, in order. */
  files(): string[] {
    return readdirSync(this.app.volume).toSorted();
  }

  /** Runs `backup-ns postgres …` of the bundle. */
  start(
    args: readonly string[],
    settings: Record<string, string> = {},
    input?: string | Buffer,
  ): CommandProcess {
    const { serviceAccount, namespace } = this.app;
    return startCommand(this.sandbox, {
      command: 'postgres',
      args,
      settings: { ...this.settings, ...settings },
      account: { serviceAccount, namespace },
      ...(input !== undefined && { input }),
    });
  }

  /** Calls a use case, through a proxy if there is one. */
  call<Result>(
    use: (target: Target, context: Context) => Promise<Result>,
    { settings = {}, through }: { settings?: Record<string, string>; through?: URL } = {},
  ): Promise<Result> {
    const sources = {
      environment: { ...this.settings, ...settings },
      flags: {},
      machine: { cpus: 1 },
      knownNames,
    };
    const request = readSettings(serverSettings(postgres), sources).settings;
    const { serviceAccount } = this.app;
    const run = async (context: Context): Promise<Result> =>
      await use(await findTarget(request, context), context);
    return inSandbox(this.sandbox, through, run, { serviceAccount });
  }

  get settings(): Record<string, string> {
    const ofDatabase = Object.entries(this.app.settings).filter(([name]) => name.startsWith('BAK_DB_'));
    return { BAK_NAMESPACE: this.app.namespace, ...Object.fromEntries(ofDatabase) };
  }

  /** The dump as SQL. */
  dump(): string {
    return gunzipSync(readFileSync(this.app.dumpFile)).toString();
  }

  /** Puts this SQL in the place of the dump, with a record. */
  writeDump(sql: string): void {
    const bytes = gzipSync(sql);
    writeFileSync(this.app.dumpFile, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(`${this.app.dumpFile}.sha256`, `${digest}  dump.sql.gz\n`);
  }

  file(name: string): string {
    return join(this.app.volume, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
    server?.query(`drop database ${this.database} with (force)`);
  }
}

function ordersTable(rows: number): string {
  return `create table orders as select id, md5(id::text) as note from generate_series(1, ${rows}) id;
    alter table orders add primary key (id)`;
}
