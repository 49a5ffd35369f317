import { Argument, Option, type Command } from 'commander';
import type { SettingsTable } from './schema.ts';
import { fileVariable, flagName, type Format, type Setting } from './setting.ts';

/** Gives a command its arguments, one flag for each other setting, and one more for the file of each secret. */
export function addFlags(command: Command, table: SettingsTable): Command {
  for (const setting of argumentsOf(table)) command.addArgument(argumentOf(setting));
  for (const option of options(table).values()) command.addOption(option);
  return command;
}

/** What was written on the command line, by the names of the settings; call it after commander has parsed. */
export function flagsGiven(command: Command, table: SettingsTable): Record<string, string> {
  const given = [...options(table)].filter(
    ([, option]) => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  const words = command.processedArgs as readonly (string | readonly string[])[];
  return Object.fromEntries([
    ...given.map(([name, option]) => [name, textOf(option, command)]),
    ...argumentsOf(table).map(({ name }, index) => [name, [words[index]].flat().join(' ')]),
  ]);
}

/** To commander, `--no-x` is an x that is false; here it is a switch of its own. */
function textOf(option: Option, command: Command): string {
  return option.negate ? 'true' : String(command.getOptionValue(option.attributeName()));
}

function argumentOf({ format, description }: Setting<unknown>): Argument {
  return withChoices(new Argument(format.usage, description), format);
}

/** For completion: the setting itself says which values are wrong. */
function withChoices<Choosing extends Argument | Option>(
  one: Choosing,
  { choices }: Format<unknown>,
): Choosing {
  if (choices) one.argChoices = [...choices];
  return one;
}

function argumentsOf(table: SettingsTable): Setting<unknown>[] {
  return Object.values(table).filter(({ place }) => place === 'argument');
}

function options(table: SettingsTable): Map<string, Option> {
  const byName = new Map<string, Option>();
  for (const setting of Object.values(table)) {
    if (setting.place === 'argument') continue;
    byName.set(setting.name, optionOf(setting));
    if (setting.isSecret) byName.set(fileVariable(setting.name), fileOptionOf(setting));
  }
  return byName;
}

function optionOf(setting: Setting<unknown>): Option {
  const warning = setting.isSecret ? `; others can see it in the process list` : '';
  const variable = setting.place === 'variable' ? ` [${setting.name}]` : '';
  const help = `${setting.description}${warning}${defaultWords(setting)}${variable}`;
  const short = setting.short === undefined ? '' : `-${setting.short}, `;
  const { usage, alone } = setting.format;
  const isSwitch = usage.startsWith('[');
  // What has no variable need not be taken back: `-Aw` is -A and -w, and not -A with a value.
  if (isSwitch && setting.place === 'flag' && alone === undefined)
    return new Option(`${short}--${flagName(setting.name)}`, help);
  const option = new Option(`${short}--${flagName(setting.name)} ${usage}`, help);
  withChoices(option, setting.format);
  return isSwitch ? option.preset(alone ?? 'true') : option;
}

function fileOptionOf({ name }: Setting<unknown>): Option {
  const file = fileVariable(name);
  return new Option(`--${flagName(file)} <path>`, `A file with the value of ${name} [${file}]`);
}

/** The default in words, for help and docs; '' where there is none, or where the description says it. */
export function defaultWords({ fallback }: Setting<unknown>): string {
  if (fallback === undefined || fallback === '') return '';
  return ` (default: ${typeof fallback === 'string' ? fallback : fallback.words})`;
}
