import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { command, say } from './narrator.ts';
import { runCommand } from './run-command.ts';

const shownLines = 12;

/** Runs `backup-ns retain`, and shows the beginning and the end of what it says. */
export async function retain(sandbox: Sandbox, bundle: string): Promise<void> {
  const kubeconfig = join(sandbox.folder, 'retain.kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig(), { mode: 0o600 });
  command('backup-ns retain');
  // Its log has the same, a line for each snapshot.
  const args = ['retain', '--output', 'table'];
  const said = await runCommand(bundle, args, { KUBECONFIG: kubeconfig }, 'hidden');
  const lines = said.split('\n');
  say([...lines.slice(0, shownLines), '…', lines.at(-1)].join('\n'));
}
