import { Option, type Command } from 'commander';
import type { SettingsTable } from './schema.ts';
import { fileVariable, flagName, type Setting } from './setting.ts';

/** Gives a command one flag for each of its settings, and one more for the file of each secret. */
export function addFlags(command: Command, table: SettingsTable): Command {
  for (const option of options(table).values()) command.addOption(option);
  return command;
}

/** The flags that were written on the command line, by variable name; call it after commander has parsed. */
export function flagsGiven(command: Command, table: SettingsTable): Record<string, string> {
  const given = [...options(table)].filter(
    ([, option]) => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  return Object.fromEntries(
    given.map(([variable, option]) => [variable, String(command.getOptionValue(option.attributeName()))]),
  );
}

function options(table: SettingsTable): Map<string, Option> {
  const byVariable = new Map<string, Option>();
  for (const setting of Object.values(table)) {
    byVariable.set(setting.variable, optionOf(setting));
    if (setting.isSecret) byVariable.set(fileVariable(setting.variable), fileOptionOf(setting));
  }
  return byVariable;
}

function optionOf(setting: Setting<unknown>): Option {
  const warning = setting.isSecret ? `; others can see it in the process list` : '';
  const help = `${setting.description}${warning}${defaultWords(setting)} [${setting.variable}]`;
  const option = new Option(`--${flagName(setting.variable)} ${setting.format.usage}`, help);
  return setting.format.usage.startsWith('[') ? option.preset('true') : option;
}

function fileOptionOf({ variable }: Setting<unknown>): Option {
  const name = fileVariable(variable);
  return new Option(`--${flagName(name)} <path>`, `A file with the value of ${variable} [${name}]`);
}

/** The default in words, for help and docs; '' where there is none. */
export function defaultWords({ fallback }: Setting<unknown>): string {
  if (fallback === undefined) return '';
  return ` (default: ${typeof fallback === 'string' ? fallback : fallback.words})`;
}
