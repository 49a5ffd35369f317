import { deployApp, provisionVolume, type SandboxApp } from '../../../scripts/sandbox/app.ts';
import { openSandbox, type Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { startCommand } from '../../support/command-process.ts';

/** The server, and how the command finds it. */
export interface Site {
  readonly engine: 'postgres' | 'mysql';
  readonly programs: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** `backup-ns postgres dump` and `restore`, or those of MySQL, in a pod of a sandbox, of one database at a time. */
export class Restores implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  readonly #app: SandboxApp;
  readonly #site: Site;

  private constructor(sandbox: Sandbox, app: SandboxApp, site: Site) {
    this.#sandbox = sandbox;
    this.#app = app;
    this.#site = site;
  }

  static async open(site: Site): Promise<Restores> {
    const sandbox = await openSandbox();
    await provisionVolume(sandbox, 'shop');
    const { programs, port, user, password } = site;
    const app = await deployApp(sandbox, 'shop', { programs, port, user, password, name: 'shop' });
    return new Restores(sandbox, app, site);
  }

  /** Of the volume, on which the dump lies. */
  get folder(): string {
    return this.#app.volume;
  }

  /** The sentences that warn of what the dump will not be. Throws when it fails. */
  async dump(database: string): Promise<readonly string[]> {
    const { exitCode, stderr } = await this.#run(['dump'], database);
    if (exitCode !== 0) throw new Error(`the dump of ${database} failed: ${sentences(stderr).join('; ')}`);
    return sentences(stderr);
  }

  /** What it said when it failed. */
  async restore(database: string): Promise<string | undefined> {
    const { exitCode, stderr } = await this.#run(['restore', '--yes'], database);
    return exitCode === 0 ? undefined : sentences(stderr).join('; ');
  }

  async #run(args: readonly string[], database: string) {
    const { engine, port, user, password } = this.#site;
    const prefix = `BAK_DB_${engine.toUpperCase()}`;
    const { serviceAccount, namespace, dumpFile } = this.#app;
    const settings = {
      BAK_NAMESPACE: namespace,
      BAK_THRESHOLD_SPACE_USED_PERCENTAGE: '100',
      [`${prefix}_EXEC_RESOURCE`]: 'deployment/app',
      [`${prefix}_EXEC_CONTAINER`]: 'postgres',
      [`${prefix}_PORT`]: String(port),
      [`${prefix}_USER`]: user,
      [`${prefix}_PASSWORD`]: password,
      [`${prefix}_DB`]: database,
      [`${prefix}_DUMP_FILE`]: dumpFile,
    };
    const account = { serviceAccount, namespace };
    return await startCommand(this.#sandbox, { command: engine, args, settings, account }).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}

/** Of a log in JSON, from warnings on. */
function sentences(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: string; msg: string })
    .filter(({ level }) => level !== 'info' && level !== 'debug')
    .map(({ msg }) => msg);
}
