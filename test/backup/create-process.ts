import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';
import { leases } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../support/command-process.ts';
import type { SandboxApp } from '../../scripts/sandbox/app.ts';
import { runInSteps } from '../support/steps-of-a-run.ts';

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

/** What a run of `create` has an app for. */
export interface CreateScene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly app: SandboxApp;
}

/** All steps of an undisturbed run, by their names. Throws when it does not end well. */
export async function stepsOfCreate(openScene: () => Promise<CreateScene>): Promise<string[]> {
  const steps: string[] = [];
  await using scene = await openScene();
  const { sandbox, app } = scene;
  const start = (server: URL) => startCreate(sandbox, app, server);
  const exitCode = await runInSteps(sandbox, start, (step) => void steps.push(step));
  if (exitCode !== 0) throw new Error(`create that nobody disturbs ended with ${exitCode}`);
  return steps;
}

/** As when the time is over in which a killed run would have renewed it; what it noted stays. */
export function letLeaseExpire({ objects }: Sandbox, namespace: string): void {
  if (!objects.find(leases, namespace, 'backup-ns')) return;
  const withoutHolder = (lease: KubeObject) => ({ ...lease, spec: {} });
  objects.update(leases, namespace, 'backup-ns', withoutHolder);
}
