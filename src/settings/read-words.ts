import { CommanderError } from 'commander';
import { withoutSecrets } from '../core/without-secrets.ts';
import { addLogFlags, addSettingFlags, bareProgram, outputOption } from './command-options.ts';
import { flagsGiven } from './flags.ts';
import type { SettingsTable } from './schema.ts';

/** What words say to a command, and what is wrong with them: then it ends without having done anything. */
export interface ReadWords {
  /** By the names of the settings; of words that are refused, those that are understood all the same. */
  readonly flags: Readonly<Record<string, string>>;
  /** One sentence. */
  readonly problem?: string;
}

/** Words that another one gives to a command, read as the command itself reads them. */
export function readWords(name: string, table: SettingsTable, words: readonly string[]): ReadWords {
  if (words.length === 0) return { flags: {} };
  const { flags, error } = parse(name, table, words, false);
  if (!error) return { flags };
  // A newer or an older version may know the rest of them.
  const { flags: understood } = parse(name, table, words, true);
  return { flags: understood, problem: problemOf(name, error) };
}

function parse(name: string, table: SettingsTable, words: readonly string[], isLenient: boolean) {
  const program = bareProgram('backup-ns', '')
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .exitOverride();
  const command = addSettingFlags(program.command(name), { table })
    .addOption(outputOption(['table', 'json', 'yaml'], ''))
    .allowUnknownOption(isLenient)
    .allowExcessArguments(isLenient)
    .action(() => {});
  addLogFlags(command);
  try {
    program.parse([name, ...words], { from: 'user' });
    return { flags: flagsGiven(command, table) };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { flags: flagsGiven(command, table), error };
  }
}

function problemOf(name: string, { code, message }: CommanderError): string {
  if (code === 'commander.helpDisplayed' || code === 'commander.version') {
    return `${name} shows its help or its version and does nothing else; leave out that flag`;
  }
  const words = withoutSecrets(message.replace(/^error: /, '').replace(/'(--?[^=\s']*)=.*'/s, "'$1=***'"));
  return `${name} does not take these words: ${words}; correct them`;
}
