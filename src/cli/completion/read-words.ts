import type { Command as Program, Option } from 'commander';

/** What the words before the one that is completed say. */
interface ReadWords {
  /** The last one that was named. */
  readonly command: Program;
  /** The values of flags, by their long names. */
  readonly given: ReadonlyMap<string, string>;
  readonly positional: readonly string[];
  /** A flag whose value comes next. */
  readonly awaiting: Option | undefined;
  /** After `--` nothing is a flag any more. */
  readonly isOver: boolean;
}

/** As commander would read them, as far as they go; what is wrong is passed over. */
export function readWords(program: Program, words: readonly string[]): ReadWords {
  let command = program;
  let awaiting: Option | undefined;
  let isOver = false;
  const given = new Map<string, string>();
  const positional: string[] = [];
  for (const word of words) {
    if (awaiting) {
      given.set(awaiting.long ?? '', word);
      awaiting = undefined;
    } else if (isOver || !/^-./.test(word)) {
      const next =
        positional.length === 0 && !isOver ? command.commands.find((one) => one.name() === word) : undefined;
      if (next) command = next;
      else positional.push(word);
    } else if (word === '--') isOver = true;
    else awaiting = readFlag(word, command, given);
  }
  return { command, given, positional, awaiting, isOver };
}

/** The flag that waits for its value, if the word ends with such a one. */
function readFlag(word: string, command: Program, given: Map<string, string>): Option | undefined {
  if (word.startsWith('--')) {
    const [, flag = word, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    const option = command.options.find(({ long }) => long === flag);
    if (value === undefined) return option?.required ? option : undefined;
    given.set(flag, value);
    return undefined;
  }
  for (let at = 1; at < word.length; at++) {
    const option = command.options.find(({ short }) => short === `-${word[at] ?? ''}`);
    if (!option?.required) continue;
    const value = word.slice(at + 1);
    if (value === '') return option;
    given.set(option.long ?? '', value);
    return undefined;
  }
  return undefined;
}
