import { harmlessLine } from './terminal-text.ts';

/** A command line that a POSIX shell reads as these words. Undefined where a word cannot be shown as it is. */
export function shellLine(words: readonly string[]): string | undefined {
  if (words.some((word) => harmlessLine(word) !== word)) return undefined;
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_/.:,=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
