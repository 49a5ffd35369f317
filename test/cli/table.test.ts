import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { alignedLine, alignedTable, columnWidths, type Cell } from '../../src/cli/table.ts';

const red = (text: string): Cell => ({ text, colour: 'red' });
const rows: Cell[][] = [
  ['shop', red('false'), 'data'],
  ['warehouse', 'true', red('')],
  ['a', '', ''],
];
const head = ['NAMESPACE', 'READY', 'PVC'];

it('columns stand under their headlines, and no line ends with spaces', () => {
  expect(alignedTable(head, rows)).toBe(
    ['NAMESPACE  READY  PVC', 'shop       false  data', 'warehouse  true', 'a'].join('\n'),
  );
});

it('colours change nothing but the colour', () => {
  const coloured = alignedTable(head, rows, { colour: true });
  expect(stripVTControlCharacters(coloured)).toBe(alignedTable(head, rows));
  expect(coloured.split('\n')[1]).toBe('shop       \u001B[31mfalse\u001B[0m  data');
});

it('text from a cluster can neither steer the terminal nor break a line, coloured or not', () => {
  for (const text of ['\u001B[2J', 'a\nb', 'a\u202Eb']) {
    for (const cell of [text, red(text)]) {
      const [, line = '', ...more] = alignedTable(['X', 'Y'], [[cell, 'end']]).split('\n');
      expect(line).toMatch(/^[^\p{Cc}\u202E]+ {2}end$/u);
      expect(more).toEqual([]);
    }
  }
});

it('without headlines there are only rows', () => {
  expect(alignedTable([], [['a', 'b']])).toBe('a  b');
});

it('no line grows with the text of another, and only a sentence at its end may be long', () => {
  const long = 'x'.repeat(256 * 1024);
  const [head = '', ...lines] = alignedTable(
    ['NAME', 'CLASS', 'WHY'],
    [
      ['a', long, long],
      ['b', red(long), 'short'],
      ['c', 'd', 'e'],
    ],
  ).split('\n');
  expect(lines[0]).toContain('x…');
  expect(lines.at(-1)?.length).toBeLessThan(400);
  expect(Math.max(head.length, ...lines.map(({ length }) => length))).toBeLessThan(3000);
});

it('a later line takes the columns as they are, and is not cut to them', () => {
  const widths = columnWidths([head, ...rows]);
  expect(alignedLine(['blog', 'true', 'media'], widths)).toBe('blog       true   media');
  expect(alignedLine(['a-long-namespace', 'true', 'media'], widths)).toBe('a-long-namespace  true   media');
});
