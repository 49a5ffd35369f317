/** What text on a terminal may be given, as codes of ECMA-48's SGR: the only ones this program writes. */
const codes = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof codes;

export function paint(text: string, colour: Colour | undefined): string {
  return colour === undefined || text === '' ? text : `\u001B[${codes[colour]}m${text}\u001B[0m`;
}

/**
 * What steers a terminal, turns what follows it around (Unicode's bidirectional algorithm, marks included) or is taken for
 * the end of a line by some. Line breaks are for whoever asks.
 */
const steering = /[[\p{Cc}--\n]\p{Bidi_Control}\u2028\u2029]/gv;

/** Text from a cluster must not steer the terminal. Line breaks stay. */
export function harmless(text: string): string {
  return text.replaceAll(steering, '\uFFFD');
}

/** The same on one line, for a place in a table. */
export function harmlessLine(text: string): string {
  return harmless(text.replaceAll(/[\t\r\n]+/g, ' '));
}

/**
 * The same JSON, which says of such characters what they are instead of having them: nothing of it is lost. JSON is shown
 * on a terminal, too, be it by `kubectl logs`. It has them in its texts only; those before U+0020 are escaped already.
 */
export function harmlessJson(json: string): string {
  return json.replaceAll(
    steering,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
