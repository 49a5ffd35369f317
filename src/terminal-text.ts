/** What text on a terminal may be given, as codes of ECMA-48's SGR: the only ones this program writes. */
const codes = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof codes;

export function paint(text: string, colour: Colour | undefined): string {
  return colour === undefined || text === '' ? text : `\u001B[${codes[colour]}m${text}\u001B[0m`;
}

/**
 * Text from a cluster must not steer the terminal, nor turn what follows it around (embeddings, overrides and isolates of
 * Unicode's bidirectional algorithm). Line breaks stay.
 */
export function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

/** The same on one line, for a place in a table. */
export function harmlessLine(text: string): string {
  return harmless(text.replaceAll(/[\t\r\n]+/g, ' '));
}
