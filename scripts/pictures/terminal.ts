import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inTerminal } from '../sandbox/pods/in-terminal.ts';

export interface TerminalOptions {
  /** A folder of ours, which is there. */
  readonly folder: string;
  readonly bundle: string;
  /** What is shown instead of what: paths of this machine, as a container would name them. */
  readonly shownAs: Readonly<Record<string, string>>;
}

/** A terminal in which commands are really run, as they are shown; it keeps what it showed. */
export class RecordedTerminal {
  #written = '';
  readonly #options: TerminalOptions;
  readonly #path: string;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'bin');
    mkdirSync(this.#path);
    const program = join(this.#path, 'backup-ns');
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${options.bundle}" "$@"\n`);
    chmodSync(program, 0o755);
  }

  /** What has been written since the last time, with its codes. */
  take(): string {
    const written = this.#written;
    this.#written = '';
    return Object.entries(this.#options.shownAs).reduce(
      (so, [path, shown]) => so.replaceAll(path, shown),
      written,
    );
  }

  /** A line that only a shell would say something about: nothing is run. */
  say(line: string): void {
    this.#written += prompted(line);
  }

  /** Runs a line of shell. Throws when it fails. */
  async run(line: string, env: Readonly<Record<string, string>>, cwd: string): Promise<void> {
    const [program = '', ...args] = inTerminal(['sh', '-c', line]);
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(program, args, {
      cwd,
      env: { PATH: `${this.#path}:${PATH}`, HOME, TERM: 'xterm-256color', PAGER: 'cat', TZ: 'UTC', ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    const [shown, exitCode] = await Promise.all([text(child.stdout!), ended]);
    if (exitCode !== 0) throw new Error(`'${line}' ended with exit code ${exitCode}: ${shown}`);
    this.#written += `${prompted(line)}${shown}`;
  }

  /** The same, of which only the first lines are shown, and the last ones. */
  async runShortened(
    line: string,
    env: Readonly<Record<string, string>>,
    cwd: string,
    { first, last = 1 }: { readonly first: number; readonly last?: number },
  ): Promise<void> {
    const before = this.#written;
    this.#written = '';
    await this.run(line, env, cwd);
    const lines = this.#written.trimEnd().split('\n');
    const kept =
      lines.length > 1 + first + last ? [...lines.slice(0, 1 + first), '…', ...lines.slice(-last)] : lines;
    this.#written = `${before}${kept.join('\n')}\n`;
  }

  /** Runs a line of shell of which nothing is shown. Throws when it fails. */
  async runHidden(line: string, env: Readonly<Record<string, string>>, cwd: string): Promise<void> {
    const before = this.#written;
    await this.run(line, env, cwd);
    this.#written = before;
  }

  /** An empty line. */
  pause(): void {
    this.#written += '\n';
  }
}

function prompted(line: string): string {
  return `\u001B[36m$\u001B[0m \u001B[1m${line.replaceAll('\n', '\u001B[0m\n\u001B[1m')}\u001B[0m\n`;
}
