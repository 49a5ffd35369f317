import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { shiftedTime } from '../../test/sandbox/shifted-time.ts';
import type { SandboxApp } from '../../test/support/sandbox-app.ts';
import { command, say } from './narrator.ts';
import { runCommand } from './run-command.ts';

/** Runs `backup-ns create` as a person would by hand, with a kubeconfig and settings in the environment. */
export async function backUpByHand(sandbox: Sandbox, app: SandboxApp, bundle: string): Promise<void> {
  const kubeconfig = join(sandbox.folder, 'backup.kubeconfig');
  const account = { serviceAccount: app.serviceAccount, namespace: app.namespace };
  writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
  for (const [variable, value] of Object.entries(app.settings)) say(`export ${variable}=${value}`);
  command('backup-ns create');
  const env = { KUBECONFIG: kubeconfig, ...app.settings, ...shiftedTime(sandbox.clock) };
  say(await runCommand(bundle, ['create'], env));
}
