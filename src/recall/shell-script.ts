import { hasOurPrefix } from '../settings/setting.ts';

interface Word {
  readonly text: string;
  /** The shell makes something else of it: a variable, a pattern. */
  readonly isOpen: boolean;
}

/** They change what the commands after them are given, or what they are. */
const unsettling = new Set(
  'export unset eval . source readonly declare typeset local alias env read trap function'.split(' '),
);

/**
 * The words that a script gives to `backup-ns create`. Undefined where only a shell could say that: where the command does not
 * stand there plainly and once, or where something before it may change its settings.
 */
export function wordsOfCreate(script: string): readonly string[] | undefined {
  const commands = simpleCommands(script);
  if (!commands) return undefined;
  const found = commands.map(afterCreate);
  const [words, ...others] = found.filter((one) => one !== undefined);
  if (!words || others.length > 0 || words.some(({ isOpen }) => isOpen)) return undefined;
  const rest = commands.filter((_, at) => found[at] === undefined);
  return rest.some(isUnsettling) ? undefined : words.map(({ text }) => text);
}

function afterCreate(command: readonly Word[]): readonly Word[] | undefined {
  const start = command[0]?.text === 'exec' ? 1 : 0;
  const [program, name, ...words] = command.slice(start);
  if (!program || program.isOpen || name?.isOpen !== false) return undefined;
  const isOurs = program.text.split('/').at(-1) === 'backup-ns' && name.text === 'create';
  return isOurs ? words : undefined;
}

function isUnsettling([first, ...words]: readonly Word[]): boolean {
  if (!first) return false;
  const assigned = /^([A-Za-z_]\w*)=/.exec(first.text)?.[1];
  if (assigned !== undefined && (hasOurPrefix(assigned) || assigned === 'TZ')) return true;
  if (first.isOpen && assigned === undefined) return true;
  const runsCreate = (text: string): boolean => /backup-ns(?:\s|$)/.test(text);
  const isOther = first.text.split('/').at(-1) === 'backup-ns';
  return (
    unsettling.has(first.text) || [...(isOther ? [] : [first]), ...words].some(({ text }) => runsCreate(text))
  );
}

/** Undefined where it has more than words, quotes and `&&`, `||`, `|`, `&`, `;` between commands. */
function simpleCommands(script: string): readonly (readonly Word[])[] | undefined {
  const commands: Word[][] = [[]];
  // A quoted part, an escaped character, a comment, a blank, an end of a command, what is of a shell alone, any other.
  const tokens =
    /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|((?<![^\s;&|])#[^\n]*)|([ \t]+)|([;&|\n]+)|([()<>`'"\\])|([^'"\\\s;&|()<>`]+)|([^])/gy;
  let word: Word | undefined;
  const add = (text: string, isOpen = false): void => {
    word = { text: (word?.text ?? '') + text, isOpen: isOpen || word?.isOpen === true };
  };
  const endWord = (): void => {
    if (word) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (const [, single, double, escaped, comment, blank, end, ofShell, plain, other] of script.matchAll(
    tokens,
  )) {
    if (ofShell !== undefined || other !== undefined) return undefined;
    if (single !== undefined) add(single);
    else if (double !== undefined)
      add(
        double.replaceAll(/\\([$`"\\\n])/g, (_, one: string) => (one === '\n' ? '' : one)),
        isOpenIn(double),
      );
    else if (escaped !== undefined) {
      if (escaped !== '\n') add(escaped);
    } else if (plain !== undefined) add(plain, /[$*?[\]{}~]/.test(plain));
    else if (comment === undefined) {
      endWord();
      if (blank === undefined && end !== undefined) commands.push([]);
    }
  }
  endWord();
  return commands;
}

/** In double quotes, where no backslash is before it. */
function isOpenIn(quoted: string): boolean {
  return /[$`]/.test(quoted.replaceAll(/\\[^]/g, ''));
}
