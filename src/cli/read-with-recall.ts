import { CancelledError, ProblemsError } from '../core/errors.ts';
import { givenProblems, readSettings } from '../settings/read.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Sources } from '../settings/sources.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { Command } from './command.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What is wrong with what is given, unless the cluster knows more of it. Throws ProblemsError for what is wrong in any case. */
export function doubtsOf<Table extends SettingsTable, Settings>(
  { settings }: Command<Table, Settings>,
  sources: Sources,
): readonly string[] {
  const { certain, all } = givenProblems(settings, sources);
  if (certain.length > 0) throw new ProblemsError('settings', all);
  return all;
}

/** With what the cluster knows. Where it cannot be asked, what is in doubt is wrong. */
export async function readWithRecall<Table extends SettingsTable, Settings>(
  command: Command<Table, Settings>,
  sources: Sources,
  doubts: readonly string[],
  context: SnapshotContext,
  terminal: Terminal,
) {
  try {
    const more = (await command.recall?.(sources, context, terminal)) ?? sources;
    return readSettings(command.settings, more);
  } catch (error) {
    if (doubts.length === 0 || error instanceof ProblemsError || error instanceof CancelledError) throw error;
    throw new ProblemsError('settings', doubts, { cause: error });
  }
}
