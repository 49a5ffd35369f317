export type Cell = string | number;

/** Aligned columns: the first to the left, the others to the right. Numbers keep two decimals. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows.map((row) => row.map(text))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  ');
  const [first = '', ...others] = texts.map((row) => line(row).trimEnd());
  return [first, '-'.repeat(first.length), ...others].map((row) => `  ${row}\n`).join('');
}

function text(cell: Cell): string {
  return typeof cell === 'number' ? cell.toFixed(2) : cell;
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
