import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { shiftedTime } from '../../scripts/sandbox/shifted-time.ts';
import { bundle, compiled } from './built.ts';

export interface CommandRun {
  readonly command: string;
  /** What is written after the command; nothing. */
  readonly args?: readonly string[];
  /** As variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** What it reads on stdin; nothing. */
  readonly input?: string | Buffer;
  /** Whose rights it has, and through which proxy it goes. */
  readonly account: Account;
}

export interface CommandProcess {
  readonly pid: number;
  /** What it said, and how it ended: null after a signal. */
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  /** What it has said so far. */
  said(): { readonly stdout: string; readonly stderr: string };
  /** SIGINT, as Ctrl-C does. */
  interrupt(): void;
  /** SIGTERM, as the kubelet does. */
  terminate(): void;
  /** Nobody reads its stdout any more, as behind `| head -1`. */
  stopReading(): void;
  /** SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs a command of the bundle against a sandbox, in its time. */
export function startCommand(
  sandbox: Sandbox,
  { command, args = [], settings, input, account }: CommandRun,
): CommandProcess {
  const kubeconfig = join(sandbox.folder, `kubeconfig-${command}-${account.server?.port ?? ''}`);
  writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
  const identity = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig };
  const env = { ...identity, ...compiled, ...shiftedTime(sandbox.clock), ...settings };
  const child = spawn(process.execPath, [bundle, command, ...args], {
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    pid: child.pid ?? 0,
    ended: closed.then(([exitCode]) => ({ exitCode, stdout, stderr })),
    said: () => ({ stdout, stderr }),
    interrupt: () => void child.kill('SIGINT'),
    terminate: () => void child.kill('SIGTERM'),
    stopReading: () => void child.stdout.destroy(),
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
