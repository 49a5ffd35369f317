import { exitCodes, exitMeanings, type ExitReason } from '../core/errors.ts';
import type { SettingsTable } from '../settings/schema.ts';
import type { Command } from './command.ts';
import { hanging } from './help.ts';

/** The exit codes of a command, for the end of `--help`. */
export function endingsText({
  endings: own,
  endingWords,
}: Pick<Command<SettingsTable, unknown>, 'endings' | 'endingWords'>): string {
  const all: ExitReason[] = ['done', 'unexpected', 'settings', ...own, 'cancelled'];
  const words = { ...exitMeanings, ...endingWords };
  const lines = all.map(
    (reason) => `  ${String(exitCodes[reason]).padStart(3)}  ${hanging(words[reason], 7)}`,
  );
  return `Exit codes:\n${lines.join('\n')}`;
}
