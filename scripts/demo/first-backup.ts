import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { shiftedTime } from '../../test/sandbox/shifted-time.ts';
import type { SandboxApp } from '../../test/support/sandbox-app.ts';
import { command, say } from './narrator.ts';

/** Runs `backup-ns create` as a person would by hand, with a kubeconfig and settings in the environment. */
export async function backUpByHand(sandbox: Sandbox, app: SandboxApp, bundle: string): Promise<void> {
  const kubeconfig = join(sandbox.folder, 'backup.kubeconfig');
  writeFileSync(
    kubeconfig,
    sandbox.kubeconfig({ serviceAccount: app.serviceAccount, namespace: app.namespace }),
    { mode: 0o600 },
  );
  for (const [variable, value] of Object.entries(app.settings)) say(`export ${variable}=${value}`);
  command('backup-ns create');
  const env = {
    PATH: process.env['PATH'],
    KUBECONFIG: kubeconfig,
    ...app.settings,
    ...shiftedTime(sandbox.clock),
  };
  const child = spawn(process.execPath, [bundle, 'create'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`backup-ns create ended with exit code ${exitCode}: ${output}`);
  say(output.trimEnd());
}
