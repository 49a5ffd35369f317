import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { Context } from '../../src/context.ts';
import { checkServer } from '../../src/databases/check-server.ts';
import type { CheckedDatabase, DatabaseCheck, Dump } from '../../src/databases/database.ts';
import type { DatabaseServer } from '../../src/databases/engine.ts';
import { takeDumps } from '../../src/databases/take-dumps.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import type { EngineServer, Wish } from './engine-under-test.ts';
import { fakeFolder } from './fake-folder.ts';
import { execHere } from './local-exec.ts';
import { oldDump } from './script-case.ts';
import { shells } from './script-support.ts';
import type { Surroundings } from './surroundings.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type Given = Partial<Wish> & {
  readonly surroundings?: Surroundings;
  /** Shell scripts that stand first in PATH, by program; what they hide is in REAL_PATH. */
  readonly fakes?: Readonly<Record<string, string>>;
  /** Of the dump file. */
  readonly name?: string;
};

const container = { namespace: 'shop', pod: 'db-1', container: 'db' };
const plainly: Surroundings = { shell: () => shells[0]?.shell ?? ['sh'] };

/** A volume with an older dump, and the databases of a server that are dumped to it; `shop`, unless a test says others. */
export class EngineScene {
  readonly folder: string;
  readonly dumpFile: string;
  readonly #server: EngineServer;
  readonly #database: DatabaseServer;
  readonly #context: Context;
  readonly #stop: AbortController;

  constructor(
    server: EngineServer,
    { surroundings = plainly, fakes = {}, name = 'dump.sql.gz', ...wish }: Given = {},
  ) {
    const { folder, root } = surroundings.folder?.() ?? emptyFolder();
    this.folder = folder;
    this.dumpFile = join(folder, name);
    writeFileSync(this.dumpFile, oldDump);
    const { PATH: realPath = '', ...env } = server.env;
    const path = [fakeFolder(root, fakes), ...(surroundings.programs ?? []), realPath].join(':');
    const kube = new FakeKube();
    kube.onExec = (options) =>
      execHere(options, {
        shell: surroundings.shell(folder),
        // SHLVL: see ScriptCase.
        env: { ...env, SHLVL: '2', REAL_PATH: realPath, PATH: path },
      });
    const context = testContext(kube);
    this.#stop = context.stop;
    this.#server = server;
    const { user, password } = server.administrator;
    const usual: Wish = {
      dumpFile: this.dumpFile,
      databases: { from: 'literal', names: ['shop'] },
      user: { from: 'literal', value: user },
      password: { from: 'literal', value: password },
    };
    this.#database = server.open({ ...usual, ...wish });
    this.#context = context;
  }

  get files(): string[] {
    return readdirSync(this.folder).toSorted();
  }

  check(): Promise<DatabaseCheck> {
    return checkServer(this.#database, container, 100, this.#context);
  }

  async checked(): Promise<CheckedDatabase> {
    const { problems, version = '', toolVersion = '', databases } = await this.check();
    const aVersion = expect.stringMatching(/^\d+\./) as string;
    expect({ problems, version, toolVersion }).toEqual({
      problems: [],
      version: aVersion,
      toolVersion: aVersion,
    });
    return { container, version, toolVersion, databases, maximumUsedPercent: 100 };
  }

  /** Checks and dumps; what is on the volume is what was said. */
  async dumps(): Promise<readonly Dump[]> {
    const dumps = await takeDumps(this.#database, await this.checked(), this.#context);
    for (const { path, bytes, sha256 } of dumps) {
      const file = readFileSync(path);
      expect(file.length).toBe(bytes);
      expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
      expect(readFileSync(`${path}.sha256`, 'utf8')).toBe(`${sha256}  ${basename(path)}\n`);
    }
    const left = dumps.flatMap(({ path }) => [basename(path), `${basename(path)}.sha256`]);
    expect(this.files).toEqual([...new Set([...left, basename(this.dumpFile)])].toSorted());
    return dumps;
  }

  /** The dump of a database alone. */
  async dump(): Promise<Dump> {
    const [dump] = await this.dumps();
    if (!dump) throw new Error('there is no dump');
    expect(dump.path).toBe(this.dumpFile);
    return dump;
  }

  /** What a dump says that fails, after which all is as it was; `meanwhile` goes on beside it. */
  async failure(there: CheckedDatabase, meanwhile: () => Promise<unknown> = async () => {}): Promise<string> {
    const state = () => ({ files: this.files, bytes: readFileSync(this.dumpFile, 'latin1') });
    const before = state();
    const dump = rejectionOf(takeDumps(this.#database, there, this.#context));
    await meanwhile();
    const error = await dump;
    expect(state()).toEqual(before);
    expect(error).toMatchObject({ reason: 'dump' });
    return (error as Error).message;
  }

  stop(): void {
    this.#stop.abort(new Error('stopped'));
  }

  /** Resolves once a part of the dump lies on the disk. */
  async writing(): Promise<void> {
    const isBegun = (name: string) =>
      name.endsWith('.partial') &&
      (statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0;
    await vi.waitUntil(() => this.files.some(isBegun), { timeout: 20_000, interval: 2 });
  }

  /** The digest of what comes of a dump in an empty database. */
  digestOf({ path }: Dump): string {
    const name = withDatabase(
      this.#server,
      `restored_${createHash('sha256').update(path).digest('hex').slice(0, 12)}`,
    );
    this.#server.load(expanded(path), name);
    return this.#server.digest(name);
  }
}

/** A new database until the test is over. */
export function withDatabase(server: EngineServer, name: string): string {
  server.createDatabase(name);
  onTestFinished(() => server.dropDatabase(name));
  return name;
}

/** As one does it by hand. */
function expanded(path: string): Buffer {
  const program = { gz: 'gzip', zst: 'zstd', lz4: 'lz4' }[extname(path).slice(1)];
  if (program === undefined) return readFileSync(path);
  return execFileSync(program, ['-d', '-c', path], { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'pipe'] });
}

function emptyFolder(): { root: string; folder: string } {
  const root = temporaryFolder('engine-');
  const folder = join(root, 'data');
  mkdirSync(folder);
  return { root, folder };
}
