import { Command, Option } from 'commander';
import { addFlags } from './flags.ts';
import type { SettingsTable } from './schema.ts';

/** The program before its commands. What it takes itself, it takes behind the name of a command, too. */
export function bareProgram(name: string, version: string): Command {
  return new Command(name)
    .version(version, '-V, --version', 'Show the version')
    .helpOption('-h, --help', 'Show this help')
    .helpCommand('help [command]', 'Show the help of a command');
}

/** Of every command: where the cluster is, and a flag for each of its settings. */
export function addSettingFlags(
  command: Command,
  { table, isOffline = false }: { readonly table: SettingsTable; readonly isOffline?: boolean | undefined },
): Command {
  if (!isOffline) {
    command
      .option('--kubeconfig <path>', 'The kubeconfig file (default: KUBECONFIG, ~/.kube/config, or the pod)')
      .option('--context <name>', 'A context of the kubeconfig (default: its current one)');
  }
  return addFlags(command, table);
}

export const logFormats = ['auto', 'text', 'json'] as const;

/** Of every command, beside its own flags. They are for who types: no variable of a CronJob has a part in it. */
export function addLogFlags(command: Command): void {
  command
    .addOption(new Option('--quiet', 'Log nothing but warnings and errors').conflicts('verbose'))
    .addOption(new Option('--verbose', 'Also log each request to the cluster, and what is for debugging'))
    .addOption(
      new Option(
        '--log-format <format>',
        'Log as text, json or auto: text if stdin, stdout or stderr is a terminal, else json (default: auto)',
      ).choices(logFormats),
    );
}

export function outputOption(formats: readonly string[], words: string, where = formats[0]): Option {
  const all = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`;
  return new Option('-o, --output <format>', `${words} ${all} (default: ${where})`).choices(formats);
}
