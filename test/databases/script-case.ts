import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { namesBeside } from '../../src/databases/dump-files.ts';
import { checkScript, dumpScript } from '../../src/databases/postgres/scripts.ts';
import { scriptOnStdin } from '../../src/databases/script-on-stdin.ts';
import { startScript, type ScriptEnd, type ScriptProcess } from './script-process.ts';

export type Pair = readonly [kind: 'container' | 'literal' | 'stdin', value: string];

export interface Given {
  readonly shell: readonly string[];
  readonly port: number;
  readonly programs: string;
  readonly user?: Pair;
  /** Of the check. */
  readonly database?: Pair | readonly ['all', ''];
  /** Of the dump. */
  readonly databaseName?: string;
  readonly password?: Pair;
  /** What is sent at once; stdin stays open. */
  readonly stdin?: string;
  /** Of the database's container. */
  readonly env?: Readonly<Record<string, string>>;
  /** Shell scripts that stand first in PATH, by program. */
  readonly fakes?: Readonly<Record<string, string>>;
  /** The folder of the dump below a temporary one, and the file in it. */
  readonly folder?: string;
  readonly name?: string;
  /** Of the compression. */
  readonly level?: number;
  readonly threads?: number;
  /** Percent of the volume. */
  readonly maximumUsed?: number;
  /** In seconds. */
  readonly lockTimeout?: number;
}

/** One dump file with all that a script is told of it. The file has an older dump in it unless a test removes it. */
export class ScriptCase {
  readonly root: string;
  readonly folder: string;
  readonly file: string;
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
    this.root = mkdtempSync(join(tmpdir(), 'dump-'));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    this.folder = join(this.root, given.folder ?? 'data');
    this.file = join(this.folder, given.name ?? 'dump.sql.gz');
    mkdirSync(this.folder);
    writeFileSync(this.file, oldDump);
    mkdirSync(join(this.root, 'fakes'));
    for (const [name, text] of Object.entries(given.fakes ?? {})) this.fake(name, text);
  }

  fake(name: string, text: string): void {
    const path = join(this.root, 'fakes', name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  get partial(): string {
    return `${this.file}.abcdefgh.partial`;
  }

  /** What a fake may make a pipe of, to hang on it. */
  get held(): string {
    return join(this.root, 'held');
  }

  startDump(partial = this.partial): ScriptProcess {
    return this.startDumps([['database', this.#given.databaseName ?? 'shop', this.file, partial]]);
  }

  /** KIND NAME FILE PARTIAL of each. */
  startDumps(parts: readonly (readonly [string, string, string, string])[]): ScriptProcess {
    const mark = parts[0]?.[3].split('.').slice(-2).join('.');
    const { level = 1, threads = 4, maximumUsed = 100, lockTimeout = 0 } = this.#given;
    const own = ['2', String(level), String(threads), String(maximumUsed), String(lockTimeout)];
    return this.#start(dumpScript, [...own, ...parts.flatMap((part) => [...part, '{"x":1'])], mark);
  }

  dump(): Promise<ScriptEnd> {
    return this.startDump().end;
  }

  check(): Promise<ScriptEnd> {
    const { database = ['container', 'POSTGRES_DB'] } = this.#given;
    const { prefix, suffix } = namesBeside(this.file);
    return this.#start(checkScript, ['pg_dumpall', this.file, prefix, suffix, ...database]).end;
  }

  /** Name, size and time of everything in the folder, and the bytes of the dump. */
  state(): unknown {
    const entries = readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).map((name) => {
      const { size, mtimeNs, ino } = statSync(join(this.folder, name), { bigint: true });
      return { name, size, mtimeNs, ino };
    });
    return { entries, bytes: readFileSync(this.file, 'latin1') };
  }

  #start(script: string, own: readonly string[], mark?: string): ScriptProcess {
    const { shell, port, programs, stdin = '\n', env = {} } = this.#given;
    const { user = ['container', 'POSTGRES_USER'], password = ['container', 'POSTGRES_PASSWORD'] } =
      this.#given;
    const path = [join(this.root, 'fakes'), programs, process.env['PATH'] ?? ''].join(':');
    const args = ['127.0.0.1', String(port), ...user, ...password, ...own];
    const { command, opening } = scriptOnStdin(script, args, mark);
    const started = startScript({
      shell,
      command,
      // SHLVL: bash takes a shell with a socket for stdin, which Node's pipes are, for one of rshd's, and reads bashrc.
      env: { PATH: path, PROGRAMS: programs, HELD: this.held, SHLVL: '2', ...env },
    });
    started.stdin.write(`${opening}${stdin}`);
    return started;
  }
}

export const oldDump = 'the dump of yesterday\n';

/** The facts that a script printed. */
export function factsOf({ stdout }: ScriptEnd): Record<string, string> {
  const lines = stdout.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
