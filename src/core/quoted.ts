/** How much of what somebody else has written is shown in a message: enough to recognise it by. */
const maximumCharacters = 100;

/** Characters that would steer a terminal, break the line, turn what follows around, or cannot be seen. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text of a tenant, a cluster or a tool, between quotation marks, for a message or the log: its first 100 characters, on one
 * line, with what cannot be seen written out. Anything but a text is named by its type.
 */
export function quoted(text: unknown): string {
  if (typeof text !== 'string') return text === undefined || text === null ? 'nothing' : `a ${typeof text}`;
  return `'${shown(text)}'`;
}

/** As `quoted`, without the marks, and of another length where a sentence is to be read. */
export function shown(text: string, characters = maximumCharacters): string {
  const start = copyOf(text, 2 * characters);
  const all = Array.from(start);
  const escaped = all
    .slice(0, characters)
    .join('')
    .replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
  return all.length > characters || start.length < text.length ? `${escaped}…` : escaped;
}

/** As much of a sentence as anybody reads; an API server lists all that is wrong with an object. */
const longestSentence = 500;

/**
 * What a storage, a server or a program has said, to be read as it is: longer than a name, on one line, and else as `shown`.
 * Undefined for no words.
 */
export function sentence(words: unknown): string | undefined {
  if (typeof words !== 'string') return undefined;
  const start = words.trim().slice(0, 4 * longestSentence);
  return shown(start.replaceAll(/\s+/g, ' '), longestSentence) || undefined;
}

/**
 * The first so many UTF-16 units. A copy: V8 would keep the whole of a long text alive for a slice of it.
 */
export function copyOf(text: string, units: number): string {
  return Buffer.from(text.slice(0, units), 'utf16le').toString('utf16le');
}
