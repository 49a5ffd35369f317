import type { SettingsTable } from '../settings/schema.ts';
import type { Command, CommandGroup, Example } from './command.ts';

/** What the program is called, and the name that examples are written with. */
export const plainName = 'backup-ns';

/** Lines to paste, for the end of `--help`; they name the program as it was called. */
export function examplesText(examples: readonly Example[], program = plainName): string {
  const lines = examples.map(({ words, line }) => `  # ${words}\n  ${asCalled(line, program)}`);
  return `${examples.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`;
}

/** As a word of its own, once: a name of an object may have it, too. */
function asCalled(line: string, program: string): string {
  return line.replace(/(?<=^|\| |<\()backup-ns(?= )/, () => program);
}

/** Of `env COMMAND`. */
export function examplesOfEnv(command: string): readonly [Example] {
  return [{ words: `What '${command}' would go by here`, line: `backup-ns env ${command} -o yaml` }];
}

/** What stands for a command, or for a group of them, among the examples of all. */
export function firstExample<Table extends SettingsTable, Settings>(
  entry: Command<Table, Settings> | CommandGroup<Table, Settings>,
): readonly Example[] {
  const [first] = 'commands' in entry ? entry.commands : [entry];
  return first?.examples.slice(0, 1) ?? [];
}
