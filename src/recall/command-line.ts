import { createSettings } from '../backup/settings/create.ts';
import { readWords } from '../settings/read-words.ts';
import { flagName, type Setting } from '../settings/setting.ts';
import { wordsOfCreate } from './shell-script.ts';

/** What the command of a container gives to `create`, as far as it can be told without running it. */
export interface CommandLine {
  /** By the names of the settings, and of the files of secrets. */
  readonly flags: Readonly<Record<string, string>>;
  /** Why `create` ends before it has read its settings; one sentence. */
  readonly problem?: string;
  /** The kubelet puts variables into the flags. */
  readonly hasReferences: boolean;
  /** Whether nobody can say what else is given: only its pod, or the shell there. */
  readonly isUnknown: boolean;
  /** Whether it is somewhere in a command that nobody can read. */
  mentions(setting: Pick<Setting<unknown>, 'name' | 'short'>): boolean;
}

const nothing = { flags: {}, hasReferences: false, isUnknown: false, mentions: () => false };

/** Of all words of a container, those of its image's entrypoint left out; more than these when they are cut. */
export function commandLineOf(words: readonly string[], isCut: boolean): CommandLine {
  if (isCut) return unknown(words);
  const shell = words.findIndex((word) => /^(?:.*\/)?(?:ba|da|a|z|k)?sh$/.test(word));
  const start = words.indexOf('create');
  if (shell !== -1 && (start === -1 || shell < start)) return ofShell(words, shell);
  if (start === -1) return unknown(words);
  const given = words.slice(start + 1);
  const { flags, problem } = readWords('create', createSettings.table, given);
  // What a whole word is that the kubelet makes, only the pod knows.
  if (problem !== undefined && given.some(hasReference)) return { ...unknown(given), flags };
  return { ...nothing, flags, hasReferences: true, ...(problem !== undefined && { problem }) };
}

function ofShell(words: readonly string[], shell: number): CommandLine {
  const script = scriptOf(words.slice(shell + 1));
  const text = script === undefined ? undefined : literal(script);
  const given = text === undefined ? undefined : wordsOfCreate(text);
  return given ? { ...nothing, ...readWords('create', createSettings.table, given) } : unknown(words);
}

/** What stands behind the `-c` of a shell; undefined where it runs a file. */
function scriptOf(words: readonly string[]): string | undefined {
  let isScript = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!/^[-+][A-Za-z]+$/.test(word)) return isScript ? word : undefined;
    if (word.startsWith('-') && word.includes('c')) isScript = true;
    // Its next word is the name of an option, such as pipefail.
    if (word.endsWith('o')) at += 1;
  }
  return undefined;
}

function unknown(words: readonly string[]): CommandLine {
  const all = words.join(' ');
  return {
    ...nothing,
    isUnknown: true,
    mentions: ({ name, short }) =>
      hasWord(all, `--${flagName(name)}`) ||
      hasWord(all, name) ||
      (short !== undefined && new RegExp(`(?:^|[\\s'"])-${short}`).test(all)),
  };
}

/** Not as the beginning of another name. */
function hasWord(text: string, word: string): boolean {
  return new RegExp(`${word}(?![-\\w])`).test(text);
}

function hasReference(text: string): boolean {
  return /\$\(/.test(text.replaceAll('$$', ''));
}

/** As the kubelet has it, where it refers to no variable: of `$$` one is left. Undefined where it may refer to one. */
export function literal(text: string): string | undefined {
  return hasReference(text) ? undefined : text.replaceAll('$$', () => '$');
}
