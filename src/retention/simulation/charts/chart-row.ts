/** Columns of a chart for a terminal, without the words before them. */
export const width = 88;
const margin = 10;

export function row(words: string, cells: string): string {
  return `${words.padEnd(margin)}${cells}`.trimEnd();
}

export interface Mark {
  /** The column that it begins in. */
  readonly at: number;
  readonly text: string;
}

/** Texts in one row. Those that would touch one before them in the list, or leave the chart, are left out. */
export function placed(marks: readonly Mark[]): string {
  const cells = Array.from({ length: width }, () => ' ');
  for (const { at, text } of marks) {
    const isFree = cells.slice(Math.max(at - 1, 0), at + text.length + 1).every((cell) => cell === ' ');
    if (!isFree || at < 0 || at + text.length > width) continue;
    for (const [index, character] of text.split('').entries()) cells[at + index] = character;
  }
  return cells.join('');
}

/** One character for a number of things in the same column. */
export function digit(count: number, one: string): string {
  if (count <= 1) return count === 1 ? one : ' ';
  return count < 10 ? String(count) : '+';
}
