import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../../test/sandbox/sandbox.ts';
import { shiftedTime } from '../../test/sandbox/shifted-time.ts';
import { command, say } from './narrator.ts';
import { runCommand } from './run-command.ts';

/** Shows the first lines of what a command says, and its sum. */
const shownLines = 8;

/** Runs `retain` or `mark-and-delete` for the whole cluster. */
export async function runRetention(
  sandbox: Sandbox,
  bundle: string,
  name: 'retain' | 'mark-and-delete',
): Promise<void> {
  const kubeconfig = join(sandbox.folder, 'retention.kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig(), { mode: 0o600 });
  command(`backup-ns ${name}`);
  const env = { KUBECONFIG: kubeconfig, MARK_AND_DELETE_PAUSE: '0', ...shiftedTime(sandbox.clock) };
  // Its log has the same, a line for each snapshot.
  const said = await runCommand(bundle, [name, '--output', 'table'], env, 'hidden');
  const lines = said.split('\n');
  say([...lines.slice(0, shownLines), '…', lines.at(-1)].join('\n'));
}
