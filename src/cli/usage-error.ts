import type { Command as Program } from 'commander';
import { withoutSecrets } from '../core/without-secrets.ts';
import { flagBeforeCommand } from './flag-before-command.ts';

/** What commander says of words that are wrong, or better words; with no value that was typed. */
export function usageError(text: string, program: Program, typed: readonly string[] = []): string {
  const order = text.includes('unknown option') ? flagBeforeCommand(program, typed) : undefined;
  return order === undefined ? withoutValue(text) : `error: ${order}\n`;
}

/** A word of the command line that commander does not know may be a misspelt flag with a password. */
function withoutValue(text: string): string {
  const words = text.replace(/( but got \d+): .*/s, '$1\n');
  return withoutSecrets(words.replace(/'(--?[^=\s']*)=.*'/s, "'$1=***'"));
}
