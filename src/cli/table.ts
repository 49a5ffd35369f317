import { harmlessLine, paint, type Colour } from '../core/terminal-text.ts';

/** One place in a table, perhaps with a colour for where there are colours. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

export type Row = readonly Cell[];

/** How what is printed may look. */
export interface Look {
  readonly colour: boolean;
}

const plain: Look = { colour: false };

/** Characters of a cell; the last one may be a sentence. What is longer would make every row of the table as wide. */
const longest = { inside: 320, last: 2000 };

/** Columns under their headlines, as kubectl has them; nothing but spaces between. Whatever the text, it is harmless. */
export function alignedTable(head: readonly string[], rows: readonly Row[], look = plain): string {
  const widths = columnWidths([head, ...rows]);
  const lines = rows.map((row) => alignedLine(row, widths, look));
  return (head.length === 0 ? lines : [headline(head, widths, look), ...lines]).join('\n');
}

export function columnWidths(rows: readonly Row[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, Math.min(shown(cell).length, longest.inside));
  }
  return widths;
}

export function headline(head: readonly string[], widths: readonly number[], look = plain): string {
  return alignedLine(
    head.map((text): Cell => ({ text, colour: 'bold' })),
    widths,
    look,
  );
}

/** A row with columns of these widths; a cell that is wider moves those after it. */
export function alignedLine(row: Row, widths: readonly number[], look = plain): string {
  const last = row.findLastIndex((cell) => shown(cell) !== '');
  const cells = row.slice(0, last + 1).map((cell, column) => {
    const text = shortened(shown(cell), column === last ? longest.last : longest.inside);
    const padding = column === last ? '' : ''.padEnd((widths[column] ?? 0) - text.length);
    return `${look.colour && typeof cell !== 'string' ? paint(text, cell.colour) : text}${padding}`;
  });
  return cells.join('  ');
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function shown(cell: Cell): string {
  return harmlessLine(typeof cell === 'string' ? cell : cell.text);
}
