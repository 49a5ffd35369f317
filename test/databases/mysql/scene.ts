import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { checkServer } from '../../../src/databases/check-server.ts';
import type { DatabaseCheck, Dump } from '../../../src/databases/database.ts';
import { mysqlServer } from '../../../src/databases/mysql/mysql.ts';
import type { MysqlSettings } from '../../../src/databases/mysql/settings.ts';
import type { Target } from '../../../src/databases/operations/target.ts';
import { checkDump } from '../../../src/databases/restore/check-restore.ts';
import { dumpToRestore, prepareRestore } from '../../../src/databases/restore/prepare-restore.ts';
import { runRestore } from '../../../src/databases/restore/run-restore.ts';
import { takeDumps } from '../../../src/databases/take-dumps.ts';
import { password } from '../../../scripts/servers/mysql-server.ts';
import { testContext, type LogLine } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import type { SharedMysql } from '../../support/servers.ts';
import { execHere } from '../local-exec.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { mysqlSettings } from './settings.ts';

const container = { namespace: 'shop', pod: 'db-0', container: 'db' };
const literal = (value: string) => ({ from: 'literal', value }) as const;

/** Whose rights a scene has. */
export const root = { user: literal('root'), password: literal(password) };
export const app = { user: literal('app'), password: literal('sesame') };

/** Database `shop` of a real server, and its dump in a folder; as root, unless it is said otherwise. */
export class MysqlScene {
  readonly dumpFile = join(temporaryFolder('mysql-'), 'dump.sql.gz');
  /** Of the log. */
  readonly warnings: string[] = [];
  readonly #port: number;
  readonly #env: Readonly<Record<string, string>>;

  constructor({ port }: Pick<SharedMysql, 'port'>, env: Readonly<Record<string, string>> = {}) {
    this.#port = port;
    this.#env = env;
  }

  check(settings: Partial<MysqlSettings> = {}): Promise<DatabaseCheck> {
    const { target, context } = this.#target(settings);
    return checkServer(target.server, container, 100, context);
  }

  /** Checks and dumps. */
  async dump(settings: Partial<MysqlSettings> = {}): Promise<Dump> {
    const { problems, version = '', toolVersion = '', databases, replica } = await this.check(settings);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const { target, context } = this.#target(settings);
    const checked = { container, version, toolVersion, databases, replica, maximumUsedPercent: 100 };
    const taken = takeDumps(target.server, checked, context);
    await taken.catch(() => {});
    this.warnings.push(...context.lines.filter(({ level }) => level === 40).map(({ msg }) => msg));
    const [dump] = await taken;
    if (!dump) throw new Error('there is no dump');
    return dump;
  }

  /** Checks the dump as a restore does, and brings it back. */
  async restore(
    settings: Partial<MysqlSettings> = {},
    wishes: { readonly tries?: boolean; readonly stop?: AbortSignal } = {},
  ): Promise<{ readonly lines: readonly LogLine[] }> {
    const { target, context } = this.#target(settings, wishes.stop);
    const { tries = false } = wishes;
    const requirements = { unchecked: false, hasSafetyDump: false };
    const file = await checkDump(
      target,
      { path: this.dumpFile, what: 'The dump', way: 'in-place' },
      requirements,
      context,
    );
    const plan = { target, way: 'in-place' as const, dump: dumpToRestore(file), what: 'The dump', tries };
    const prepared = await prepareRestore(plan, context);
    const run = {
      target,
      database: 'shop',
      file,
      dump: plan.dump,
      way: 'in-place' as const,
      prepared,
      safetyDump: undefined,
      settings: { lockTimeoutSeconds: 5, dropsOld: false, searchPath: undefined, tries },
    };
    await runRestore(run, context);
    return { lines: context.lines };
  }

  /** The dump as SQL. */
  get sql(): string {
    return gunzipSync(readFileSync(this.dumpFile)).toString('latin1');
  }

  /** Puts this SQL in the place of the dump, with a record. */
  set sql(text: string) {
    const bytes = gzipSync(Buffer.from(text, 'latin1'), { level: 1 });
    writeFileSync(this.dumpFile, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(`${this.dumpFile}.sha256`, `${digest}  dump.sql.gz\n`);
  }

  #target(settings: Partial<MysqlSettings>, stop?: AbortSignal) {
    const kube = new FakeKube();
    const env = { PATH: process.env['PATH'] ?? '', SHLVL: '2', ...this.#env };
    kube.onExec = (options) => execHere(options, { shell: ['sh'], env });
    const databases = { from: 'literal', names: ['shop'] } as const;
    const all = { ...root, port: this.#port, dumpFile: this.dumpFile, databases, ...settings };
    const made = testContext(kube);
    const context = { ...made, signal: stop ?? made.signal };
    const target: Target = { namespace: 'shop', server: mysqlServer(mysqlSettings(all)), container };
    return { target, context };
  }
}
