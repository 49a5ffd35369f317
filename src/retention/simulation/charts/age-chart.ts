import type { Tier } from '../../../snapshots/tiers.ts';
import { digit, placed, row, width } from './chart-row.ts';
import type { PresentSnapshot } from '../result.ts';

/**
 * A row for each tier with its snapshots, which come with the newest first, by their age: the newest at the right. The
 * scale is logarithmic, so that days have room beside years.
 */
export function ageChart(snapshots: readonly PresentSnapshot[], tiers: readonly Tier[]): string[] {
  const columnOf = scale(Math.max(snapshots.at(-1)?.ageDays ?? 0, 1), tiers);
  const rowOf = (words: string, shown: readonly PresentSnapshot[]) => {
    const counts = Array.from({ length: width }, () => 0);
    for (const { ageDays } of shown) {
      const column = columnOf(ageDays);
      counts[column] = (counts[column] ?? 0) + 1;
    }
    return row(words, counts.map((count) => digit(count, '●')).join(''));
  };
  const marked = snapshots.filter(({ deleteAfter }) => deleteAfter !== null);
  const marks = ages.map(([text, days]) => ({ at: columnOf(days) - (text.length - 1), text }));
  return [
    ...tiers.map((tier) =>
      rowOf(
        tier,
        snapshots.filter((one) => one.tiers.includes(tier)),
      ),
    ),
    ...(marked.length === 0 ? [] : [rowOf('marked', marked)]),
    row('', placed(marks)),
  ];
}

/** From an age in days to its column. */
function scale(oldest: number, tiers: readonly Tier[]): (ageDays: number) => number {
  const unit = tiers.some((tier) => tier === 'hourly' || tier === 'last') ? 1 / 24 : 1;
  return (ageDays) => Math.round((width - 1) * (1 - Math.log1p(ageDays / unit) / Math.log1p(oldest / unit)));
}

/** Those that matter most first. */
const ages: readonly (readonly [words: string, days: number])[] = [
  ['now', 0],
  ['1d', 1],
  ['1w', 7],
  ['1m', 30.4],
  ['1y', 365.25],
  ['3d', 3],
  ['6m', 182.6],
  ['2w', 14],
  ['3m', 91.3],
  ['6h', 0.25],
  ['5y', 1826],
  ['10y', 3652],
  ['2y', 730.5],
  ['2m', 60.9],
  ['2d', 2],
  ['5d', 5],
  ['1h', 1 / 24],
  ['3h', 0.125],
  ['12h', 0.5],
  ['3w', 21],
  ['4m', 121.8],
  ['9m', 273.9],
  ['3y', 1095.8],
];
