import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';
import { leases } from '../sandbox/objects/kinds.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../support/command-process.ts';
import type { SandboxApp } from '../support/sandbox-app.ts';

/** Runs `create` for an app of the sandbox, with one lock file and the rights of its service account. */
export function startCreate(sandbox: Sandbox, app: SandboxApp, server?: URL): CommandProcess {
  const locks = join(sandbox.folder, 'locks');
  mkdirSync(locks, { recursive: true });
  const lock = { BAK_FLOCK: 'true', BAK_FLOCK_DIR: locks, BAK_FLOCK_COUNT: '1', BAK_FLOCK_TIMEOUT_SEC: '30' };
  const { serviceAccount } = app;
  return startCommand(sandbox, {
    command: 'create',
    settings: { ...lock, ...app.settings },
    account: { serviceAccount, ...(server && { server }) },
  });
}

/** As when the time is over in which a killed run would have renewed it; what it noted stays. */
export function letLeaseExpire({ objects }: Sandbox, namespace: string): void {
  if (!objects.find(leases, namespace, 'backup-ns')) return;
  const withoutHolder = (lease: KubeObject) => ({ ...lease, spec: {} });
  objects.update(leases, namespace, 'backup-ns', withoutHolder);
}
