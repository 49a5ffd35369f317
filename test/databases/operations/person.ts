import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished, vi } from 'vitest';
import { inTerminal } from '../../../scripts/sandbox/pods/in-terminal.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { shiftedTime } from '../../../scripts/sandbox/shifted-time.ts';
import { bundle } from '../../support/built.ts';
import type { SandboxApp } from '../../../scripts/sandbox/app.ts';

/** The modes of the terminal before and after, around a command, and which process it is. */
const between = `stty -g; sh -c 'echo "process $$"; exec "$@"' sh "$@"; code=$?; stty -g; exit "$code"`;

/** Whose database it is, and how it is found. */
interface Owner {
  readonly sandbox: Sandbox;
  readonly app: SandboxApp;
  /** As variables. */
  readonly settings: Record<string, string>;
}

/** A person at a terminal of 80 by 24, who calls `backup-ns postgres …`, or what `group` says. */
export class Person {
  readonly ended: Promise<number | null>;
  /** Closes the window. */
  readonly close: () => void;
  readonly #keys: Writable;
  readonly #sizes: Writable;
  #shown = '';
  #read = 0;

  constructor(
    scene: Owner,
    args: readonly string[],
    settings: Record<string, string> = {},
    group = 'postgres',
  ) {
    const kubeconfig = join(scene.sandbox.folder, 'kubeconfig-of-person');
    const { serviceAccount, namespace } = scene.app;
    writeFileSync(kubeconfig, scene.sandbox.kubeconfig({ serviceAccount, namespace }), { mode: 0o600 });
    const identity = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, TERM: 'dumb' };
    const env = { ...identity, ...shiftedTime(scene.sandbox.clock), ...scene.settings, ...settings };
    const words = ['sh', '-c', between, 'sh', process.execPath, bundle, group, ...args];
    const [program = '', ...rest] = inTerminal(words);
    const child = spawn(program, rest, { env, stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    this.close = () => void child.kill('SIGKILL');
    onTestFinished(this.close);
    const [keys, screen, , sizes] = child.stdio as unknown as [Writable, Readable, null, Writable];
    screen.on('data', (chunk: Buffer) => (this.#shown += chunk.toString().replaceAll('\r', '')));
    [this.#keys, this.#sizes] = [keys, sizes];
    this.resize(80, 24);
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  /** All that the terminal has shown, without its carriage returns. */
  get shown(): string {
    return this.#shown;
  }

  /** The modes of the terminal, before and after. */
  get modes(): [before: string | undefined, after: string | undefined] {
    const all = this.#shown.match(/[0-9a-f]+(?::[0-9a-f]+){10,}/g) ?? [];
    return [all[0], all[1]];
  }

  /** SIGTERM to the command that was called, and to nothing else. */
  terminate(): void {
    process.kill(Number(/process (\d+)/.exec(this.#shown)?.[1]), 'SIGTERM');
  }

  resize(columns: number, rows: number): void {
    this.#sizes.write(`${columns} ${rows}\n`);
  }

  type(keys: string): void {
    this.#keys.write(keys);
  }

  /** Waits until this is shown, after what was waited for before. */
  async sees(text: string): Promise<void> {
    const find = () => this.#shown.indexOf(text, this.#read);
    await vi.waitUntil(() => find() !== -1, { timeout: 20_000, interval: 10 });
    this.#read = find() + text.length;
  }
}
