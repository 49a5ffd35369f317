import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxApp } from '../support/sandbox-app.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const bundle = join(import.meta.dirname, '..', '..', 'dist', 'backup-ns.mjs');

export interface CreateProcess {
  readonly child: ChildProcess;
  /** What it said, and how it ended: null after a signal. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
  /** SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs the bundle's `create` for an app of the sandbox, with one lock file and the rights of its service account. */
export function startCreate(sandbox: Sandbox, app: SandboxApp, server: URL = sandbox.url): CreateProcess {
  const kubeconfig = join(sandbox.folder, `kubeconfig-${server.port}`);
  const account = { serviceAccount: app.serviceAccount, ...(server !== sandbox.url && { server }) };
  writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
  const locks = join(sandbox.folder, 'locks');
  mkdirSync(locks, { recursive: true });
  const lock = { BAK_FLOCK: 'true', BAK_FLOCK_DIR: locks, BAK_FLOCK_COUNT: '1', BAK_FLOCK_TIMEOUT_SEC: '30' };
  const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig, ...lock, ...app.settings };
  const child = spawn(process.execPath, [bundle, 'create'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    child,
    ended: closed.then(([exitCode]) => ({ exitCode, output })),
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
