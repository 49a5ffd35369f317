import { commands } from '../../src/cli/commands.ts';
import { commandLine, type Runner } from '../../src/cli/program.ts';
import { readSettings } from '../../src/settings/read.ts';

interface ReadCall {
  /** Of the command that was called. */
  readonly name: string;
  /** What was given, by the names of the settings. */
  readonly flags: Readonly<Record<string, string>>;
  /** What the command makes of it. */
  readonly settings: unknown;
}

/** Reads the words of a call as the command that they name would, without variables; throws where it would refuse them. */
export async function readCall(words: readonly string[]): Promise<ReadCall> {
  const seen: ReadCall[] = [];
  const record: Runner = (command, sources) => {
    const { settings } = readSettings(command.settings, { ...sources, environment: {} });
    seen.push({ name: command.name, flags: sources.flags, settings });
    return Promise.resolve();
  };
  const program = commandLine('1.2.3', commands, record, words);
  const open = [program];
  for (const command of open) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    open.push(...command.commands);
  }
  await program.parseAsync(words, { from: 'user' });
  const [one] = seen;
  if (!one) throw new Error(`No command was run by: ${words.join(' ')}`);
  return one;
}
