import type { Command as Program } from 'commander';
import { cpus } from 'node:os';
import { exitCodes } from '../core/errors.ts';
import { processEnvironment } from './environment.ts';
import { knownNames } from './known-settings.ts';
import { addLogFlags, addSettingFlags, bareProgram, outputOption } from '../settings/command-options.ts';
import { flagsGiven } from '../settings/flags.ts';
import { readSecretFile } from '../settings/secret-file.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Sources } from '../settings/sources.ts';
import type { Command, CommandGroup, Example } from './command.ts';
import { printSettings, settingsFormats } from './env.ts';
import { endingsText } from './endings.ts';
import { examplesOfEnv, examplesText, firstExample, plainName } from './examples.ts';
import { helpStyle, pointToHelp, rootName } from './help.ts';
import type { LogFlags } from './log-flags.ts';
import { usageError } from './usage-error.ts';
import { resultFormat } from './output-option.ts';

/** What the user chose on the command line besides settings; undefined parts of the cluster are found as kubectl does. */
export interface RunFlags extends LogFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** A view of the command, `json` or `yaml`; undefined when the user did not say. */
  readonly output?: string;
}

export type Runner = <Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  flags: RunFlags,
) => Promise<void>;

/**
 * The command line: every command with a flag for each of its settings, groups of commands, and `env COMMAND`, which
 * shows the settings of those that are not for use by hand. Where the words that were typed are given, a command that is not
 * among them gets no flags: nobody can ask for them, and all of them together take a third of the time of a start.
 */
export function commandLine<Table extends SettingsTable, Settings>(
  version: string,
  entries: readonly (Command<Table, Settings> | CommandGroup<Table, Settings>)[],
  run: Runner,
  typed?: readonly string[],
  name = plainName,
): Program {
  const isAsked = askedIn(typed, entries);
  const program = bareProgram(name, version)
    .description('Application-consistent backups of Kubernetes namespaces')
    .configureHelp(helpStyle)
    .configureOutput({ outputError: (text, write) => write(usageError(text, program, typed)) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.settings));
  for (const entry of entries) {
    if ('commands' in entry) addGroup(program, entry, run, isAsked);
    else addRunnable(program, entry, run, isAsked);
  }
  const env = addBranch(program, {
    name: 'env',
    summary: 'Print the settings in force, and where each comes from',
  });
  const shown = entries.filter((entry) => !('commands' in entry || entry.byHand));
  for (const entry of shown) if (!('commands' in entry)) addToEnv(env, entry, isAsked);
  addExamples(
    env,
    shown.flatMap(({ name }) => examplesOfEnv(name)),
  );
  addExamples(program, entries.slice(0, mostExamples).flatMap(firstExample));
  return pointToHelp(program);
}

function addExamples(branch: Program, examples: readonly Example[]): void {
  branch.addHelpText('after', () => `\n${examplesText(examples, rootName(branch))}`);
}

/** In the help of all: what people do most comes first. */
const mostExamples = 5;

/** A word that commands follow. */
function addBranch(
  parent: Program,
  { name, summary }: { readonly name: string; readonly summary: string },
): Program {
  return pointToHelp(parent.command(name).summary(summary).description(`${summary}.`));
}

/** What shows the usage of all commands, or of none that is known, wants all of them whole. */
function askedIn<Table extends SettingsTable, Settings>(
  typed: readonly string[] | undefined,
  entries: readonly (Command<Table, Settings> | CommandGroup<Table, Settings>)[],
): IsAsked {
  const commands = entries.flatMap((entry) => ('commands' in entry ? entry.commands : [entry]));
  const named = new Set(commands.map(({ name }) => name).filter((name) => typed?.includes(name)));
  const wantsHelp = typed?.some((word) => ['-h', '--help', 'help'].includes(word)) ?? true;
  return wantsHelp || named.size === 0 ? () => true : ({ name }) => named.has(name);
}

/** Whether the command may be what was typed. */
type IsAsked = (command: { readonly name: string }) => boolean;

/** For the list of commands. */
function nameOnly(
  parent: Program,
  { name, summary }: { readonly name: string; readonly summary: string },
): void {
  parent.command(name).summary(summary);
}

function addGroup<Table extends SettingsTable, Settings>(
  program: Program,
  group: CommandGroup<Table, Settings>,
  run: Runner,
  isAsked: IsAsked,
): void {
  const branch = addBranch(program, group);
  for (const command of group.commands) addRunnable(branch, command, run, isAsked);
  addExamples(
    branch,
    group.commands.flatMap(({ examples }) => examples.slice(0, 1)),
  );
}

function addRunnable<Table extends SettingsTable, Settings>(
  parent: Program,
  command: Command<Table, Settings>,
  run: Runner,
  isAsked: IsAsked,
): void {
  if (!isAsked(command)) return nameOnly(parent, command);
  const parsed = addCommand(parent, command);
  addExamples(parsed, command.examples);
  parsed.addHelpText('after', `\n${endingsText(command)}`);
  if (command.views) parsed.addOption(resultFormat(command));
  addLogFlags(parsed);
  parsed.action(() => run(command, sourcesOf(parsed, command), parsed.opts<RunFlags>()));
}

function addToEnv<Table extends SettingsTable, Settings>(
  env: Program,
  command: Command<Table, Settings>,
  isAsked: IsAsked,
): void {
  const { name } = command;
  const summary = `Print the settings of '${name}', and where each comes from`;
  if (!isAsked(command)) return nameOnly(env, { name, summary });
  const help = 'A setting comes from a flag, a variable, a file or its default. Secrets are masked.';
  const shown = addCommand(env, { ...command, summary, help });
  addExamples(shown, examplesOfEnv(name));
  addLogFlags(shown.addOption(outputOption(settingsFormats, 'Show them as', settingsFormats[0])));
  shown
    .addHelpText('after', `\n${endingsText({ endings: [] })}`)
    .action(() => printSettings(command, sourcesOf(shown, command), shown.opts<RunFlags>().output));
}

function addCommand<Table extends SettingsTable, Settings>(
  parent: Program,
  command: Command<Table, Settings>,
): Program {
  const paragraphs = [`${command.summary}.`, command.help, wordsOnVariables(command)];
  const parsed = parent
    .command(command.name)
    .summary(command.summary)
    .description(paragraphs.filter(Boolean).join('\n\n'));
  return addSettingFlags(pointToHelp(parsed), { ...command, table: command.settings.table });
}

function wordsOnVariables<Table extends SettingsTable, Settings>({
  settings,
}: Command<Table, Settings>): string | undefined {
  const hasVariables = Object.values(settings.table).some(({ place }) => place === 'variable');
  if (!hasVariables) return undefined;
  return 'A flag with a variable in brackets can also be given as that variable; the flag wins.';
}

function sourcesOf<Table extends SettingsTable, Settings>(
  parsed: Program,
  command: Command<Table, Settings>,
): Sources {
  // The node's CPUs, not the container's share of them: all pods of a node must count the same slots.
  const machine = { cpus: cpus().length };
  return {
    environment: processEnvironment,
    flags: flagsGiven(parsed, command.settings.table),
    machine,
    knownNames,
    readFile: readSecretFile,
  };
}
