import type { DatedPolicy } from '../settings.ts';
import { digit, placed, row, width } from './chart-row.ts';
import type { DayFacts } from '../result.ts';

const height = 5;
const levels = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Columns as high as the number of snapshots, and below them when backups failed and the policy changed. */
export function countChart(days: readonly DayFacts[], policies: readonly DatedPolicy[]): string[] {
  const columns = columnsOf(days);
  // Few columns are wider.
  const wide = Math.floor(width / columns.length);
  return [
    ...bars(
      columns.map((column) => Math.max(...column.map(({ most }) => most))),
      wide,
    ),
    row('', placed(columns.map((column, index) => ({ at: index * wide, text: column[0]?.date ?? '' })))),
    ...failures(columns, wide),
    ...changes(columns, policies.slice(1), wide),
  ];
}

/** How many days share a column. */
export function daysPerColumn(days: readonly DayFacts[]): number {
  return Math.ceil(days.length / width);
}

type Columns = readonly (readonly DayFacts[])[];

function columnsOf(days: readonly DayFacts[]): Columns {
  const size = daysPerColumn(days);
  const count = Math.ceil(days.length / size);
  return Array.from({ length: count }, (_, index) => days.slice(index * size, (index + 1) * size));
}

function bars(counts: readonly number[], wide: number): string[] {
  const highest = Math.max(...counts);
  if (highest === 0) return [];
  const steps = levels.length - 1;
  return Array.from({ length: height }, (_, index) => {
    const below = (height - 1 - index) * steps;
    const cells = counts.map((count) => {
      const level = Math.ceil((count / highest) * height * steps) - below;
      return levels[Math.min(Math.max(level, 0), steps)]?.repeat(wide);
    });
    return row(index === 0 ? `up to ${highest}` : '', cells.join(''));
  });
}

function failures(columns: Columns, wide: number): string[] {
  const counts = columns.map((column) => column.reduce((sum, { failed }) => sum + failed, 0));
  if (counts.every((count) => count === 0)) return [];
  return [row('failed', counts.map((count) => digit(count, '1').padEnd(wide)).join(''))];
}

function changes(columns: Columns, policies: readonly DatedPolicy[], wide: number): string[] {
  if (policies.length === 0) return [];
  const marks = policies.map(({ from }) => ({
    at: columns.findLastIndex((column) => (column[0]?.date ?? '') <= from) * wide,
    text: '↑',
  }));
  return [row('policy', placed(marks))];
}
