/** What is done to a piece of a file's text. Offsets are those of JavaScript strings. */
export interface Change {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change of one file that a test should notice. */
export interface Mutant extends Change {
  /** From the root of the checkout. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The whole line in which it begins, without the spaces around it. */
  readonly lineText: string;
  /** `before -> after` in one line. Together with the file and the line's text it is the mutant's name. */
  readonly change: string;
}

export function mutantOf(file: string, source: string, change: Change): Mutant {
  const { start, end, text } = change;
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = source.indexOf('\n', start);
  return {
    ...change,
    file,
    line: source.slice(0, start).split('\n').length,
    lineText: source.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).trim(),
    change: `${keyBefore(source.slice(lineStart, start))}${inOneLine(source.slice(start, end))} -> ${inOneLine(text) || '(nothing)'}`,
  };
}

/** `force: `, for a value of which a line may have several. */
function keyBefore(text: string): string {
  return /\b\w+: $/.exec(text)?.[0] ?? '';
}

export function changed(source: string, { start, end, text }: Change): string {
  return source.slice(0, start) + text + source.slice(end);
}

export function nameOf({ file, lineText, change }: Pick<Mutant, 'file' | 'lineText' | 'change'>): string {
  return `${file}\n${lineText}\n${change}`;
}

const longest = 100;

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest / 2)} … ${line.slice(-longest / 2)}`;
}
