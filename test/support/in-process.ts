import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../src/cli/command.ts';
import { commandLine } from '../../src/cli/program.ts';
import { createKube } from '../../src/kube/client.ts';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { readSettings } from '../../src/settings/read.ts';
import type { SettingsTable } from '../../src/settings/schema.ts';
import { systemRandom } from '../../src/core/system.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { testContext } from './context.ts';
import { fakeTerminal } from './fake-terminal.ts';

/**
 * Runs a command as a person writes it, with these variables, in this process and in the sandbox's time: for stories of
 * many commands, where a process for each would take too long. Gives what a terminal would show; throws what it throws.
 */
export async function inProcess<Table extends SettingsTable, Settings>(
  sandbox: Sandbox,
  command: Command<Table, Settings>,
  {
    args = [],
    environment,
    account,
  }: { args?: readonly string[]; environment: Readonly<Record<string, string>>; account: Account },
): Promise<string> {
  const kubeconfig = join(sandbox.folder, 'kubeconfig-in-process');
  writeFileSync(kubeconfig, sandbox.kubeconfig(account), { mode: 0o600 });
  const { clock } = sandbox;
  const kube = createKube({ access: loadClusterAccess({ kubeconfig }), clock, random: systemRandom });
  let shown = '';
  const program = commandLine('test', [command], async (command, sources) => {
    const { settings, rows } = readSettings(command.settings, { ...sources, environment });
    const [view] = Object.entries(command.views ?? {});
    const [output, show] = view ?? ['json', (result: unknown) => JSON.stringify(result)];
    const context = { ...testContext(kube), clock, random: systemRandom };
    const terminal = command.byHand ? fakeTerminal('yes') : fakeTerminal();
    const result = await command.run(settings, context, { rows, output, terminal });
    shown = show(result, { colour: false });
  });
  try {
    await program.parseAsync([command.name, ...args], { from: 'user' });
  } finally {
    await kube.close();
  }
  return shown;
}
