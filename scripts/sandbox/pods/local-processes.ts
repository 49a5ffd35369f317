import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError, endOf } from './process-end.ts';
import type { ProcessEnd } from './process-end.ts';
import { exists, hasLiving, signalGroup } from './process-groups.ts';

const killRoundMs = 5;

export interface ProcessOptions {
  /** Program, found by the PATH of `env`, and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** All of it: nothing of this process's environment is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
}

export interface LocalProcess {
  readonly pid: number;
  readonly stdin: Writable | null;
  /** What nobody has begun to read when the process exits is dropped, by Node. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Descriptor 3, where `stdio` makes a pipe of it. */
  readonly extra: Writable | null;
  /** Of the process itself: what it started may go on, and hold its outputs open. */
  readonly exited: Promise<ProcessEnd>;
  /** To the process alone, while it lives. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts local processes, each in a session of its own as container runtimes do, and knows which groups still live.
 * One for each pod makes `dispose` the end of the pod.
 */
export class LocalProcesses implements AsyncDisposable {
  readonly #groups = new Map<number, ChildProcess>();
  #isDisposed = false;

  /** Resolves at once: no I/O comes in between. Throws StartError when there is no such program, for example. */
  async start({ command, cwd, env, stdio }: ProcessOptions): Promise<LocalProcess> {
    if (this.#isDisposed) throw new Error('container is not running');
    const [program = '', ...args] = command;
    try {
      const child = spawn(program, args, { cwd, env, stdio, detached: true });
      if (child.pid !== undefined) this.#keep(child.pid, child);
      await once(child, 'spawn');
      const { pid = 0, stdin, stdout, stderr } = child;
      const extra = (child.stdio[3] as Writable | undefined) ?? null;
      const kill = (signal: NodeJS.Signals) => void child.kill(signal);
      return { pid, stdin, stdout, stderr, extra, exited: endOf(child), kill };
    } catch (error) {
      throw new StartError(program, cwd, error);
    }
  }

  /** Kills what is left of the group of a process, and resolves when nothing is. */
  async killGroup(pid: number): Promise<void> {
    const child = this.#groups.get(pid);
    if (child === undefined) return;
    while (isOurs(pid, child) && hasLiving(pid)) {
      signalGroup(pid, 'SIGKILL');
      await delay(killRoundMs);
    }
    if (!hasExited(child)) await once(child, 'exit');
    this.#groups.delete(pid);
    // Whoever left the group may hold the other ends; nobody needs to listen any more.
    for (const stream of child.stdio) stream?.destroy();
  }

  /** Kills every group that is left, and resolves when they are gone; nothing can be started from then on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await Promise.all([...this.#groups.keys()].map((pid) => this.killGroup(pid)));
  }

  #keep(pid: number, child: ChildProcess): void {
    this.#groups.set(pid, child);
    child.once('close', () => {
      if (!signalGroup(pid, 0)) this.#groups.delete(pid);
    });
  }
}

/** While its group lives, the number of a process that has ended is not given away: one in use is a stranger's. */
function isOurs(pid: number, child: ChildProcess): boolean {
  return !hasExited(child) || !exists(pid);
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
