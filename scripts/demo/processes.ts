import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../sandbox/accounts.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { shiftedTime } from '../sandbox/shifted-time.ts';
import type { SandboxApp } from '../sandbox/app.ts';
import { installCronJob, runBackupJob } from './backup-jobs.ts';
import { command, say } from './narrator.ts';
import { runCommand } from './run-command.ts';
import type { Runs } from './runs.ts';

/** All of the bundle, in processes of their own that live in the sandbox's time; shown as a person would type it. */
export function asProcesses(sandbox: Sandbox, { namespace, ...app }: SandboxApp, bundle: string): Runs {
  installCronJob(sandbox, { namespace, ...app });

  function environmentOf(name: string, account: Account): Record<string, string> {
    const kubeconfig = join(sandbox.folder, `${name}.kubeconfig`);
    writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
    return { KUBECONFIG: kubeconfig, ...shiftedTime(sandbox.clock) };
  }

  return {
    async backUpByHand() {
      for (const [variable, value] of Object.entries(app.settings)) say(`export ${variable}=${value}`);
      command('backup-ns create');
      const environment = environmentOf('backup', { serviceAccount: app.serviceAccount, namespace });
      say(await runCommand(bundle, ['create', '--output', 'table'], { ...environment, ...app.settings }));
    },
    backUpAtNight: (date) => runBackupJob(sandbox, namespace, date),
    async command(words, settings = {}) {
      command(`backup-ns ${words.join(' ')}`);
      const environment = { ...environmentOf('admin', { namespace }), ...settings };
      return runCommand(bundle, [...words, '--output', 'table'], environment, 'hidden');
    },
  };
}
