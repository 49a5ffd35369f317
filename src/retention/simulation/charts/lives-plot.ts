import { tiers } from '../../../snapshots/tiers.ts';
import type { SimulationResult } from '../result.ts';
import { timeWords } from '../words.ts';
import { colours } from './colours.ts';
import { element, round } from './element.ts';
import { across, dateTicks, down, gridLine, words, type Plot } from './plot.ts';
import { spansOf, type Span } from './spans.ts';

/** In the order in which they are drawn. */
const kinds = ['marked', ...tiers] as const;

/** Each snapshot is a line from when it was made to when it was deleted, as far down as it was made late. */
export function livesPlot(result: SimulationResult, plot: Plot): string[] {
  const spans = result.lives.flatMap((life) => spansOf(life, plot.end));
  const thickness = round(Math.min(Math.max((0.8 * (plot.bottom - plot.top)) / result.lives.length, 1), 8));
  const lines = kinds.flatMap((kind) => {
    const own = spans.filter(({ tier = 'marked' }) => tier === kind);
    if (own.length === 0) return [];
    const d = pathOf(own, plot);
    return [element('path', { d, stroke: colours[kind], 'stroke-width': thickness, fill: 'none' })];
  });
  return [...grid(result, plot), ...lines, ...legend(result, plot)];
}

/** Lines that cannot be told from each other are one: of some ten thousand backups, not every one is seen. */
function pathOf(spans: readonly Span[], plot: Plot): string {
  const lines = spans.map(({ from, to, madeAt }) => {
    const [x1, x2] = [toHalf(across(plot, from)), toHalf(across(plot, to))];
    return `M${x1} ${toHalf(down(plot, madeAt))}H${Math.max(x2, x1 + 0.5)}`;
  });
  return [...new Set(lines)].join('');
}

function toHalf(pixels: number): number {
  return Math.round(pixels * 2) / 2;
}

/** When it is along the bottom and when a snapshot was made at the left, both on the same days; its age at the right. */
function grid({ days }: SimulationResult, plot: Plot): string[] {
  const { left, right, top, bottom, end } = plot;
  const dates = dateTicks(days.map(({ date }) => date)).flatMap(({ time, text }) => {
    const [x, y] = [across(plot, time), down(plot, time)];
    const lines = [gridLine(x, top, x, bottom), gridLine(left, y, right, y)];
    return [...lines, words(left - 8, y + 4, text, 'end')];
  });
  let free = bottom;
  const marks = ages.flatMap(([text, age]) => {
    const y = down(plot, end - age * dayMilliseconds);
    if (y <= top || y > free) return [];
    free = y - 14;
    return [gridLine(right, y, right + 4, y), words(right + 8, y + 4, text)];
  });
  return [...dates, ...marks, words(left - 8, top - 14, 'made', 'end'), words(right + 8, top - 14, 'age')];
}

const dayMilliseconds = 24 * 60 * 60_000;

/** In days, the youngest first. */
const ages: readonly (readonly [words: string, days: number])[] = [
  ['now', 0],
  ['1 day', 1],
  ['1 week', 7],
  ['2 weeks', 14],
  ['1 month', 30.4],
  ['3 months', 91.3],
  ['6 months', 182.6],
  ['1 year', 365.25],
  ['2 years', 730.5],
  ['5 years', 1826],
  ['10 years', 3652],
];

/** In the corner that no line can reach. */
function legend({ perTier, snapshots, end }: SimulationResult, { left, bottom }: Plot): string[] {
  const marked = snapshots.filter(({ deleteAfter }) => deleteAfter !== null).length;
  const entries = [
    ...perTier.map(({ tier, count, oldest }) => {
      const reach = oldest
        ? `${count} at the end, the oldest ${timeWords(oldest.at, end)} old`
        : 'none at the end';
      return { kind: tier, text: `${tier}: ${reach}` };
    }),
    { kind: 'marked' as const, text: `to be deleted: ${marked} at the end` },
  ];
  const top = bottom - 26 - (entries.length - 1) * 18;
  const paper = {
    class: 'paper',
    x: left + 6,
    y: top,
    width: 300,
    height: bottom - top - 4,
    fill: '#ffffff',
  };
  const lines = entries.flatMap(({ kind, text }, index) => {
    const y = bottom - 14 - (entries.length - 1 - index) * 18;
    const line = { d: `M${left + 14} ${y}h22`, stroke: colours[kind], 'stroke-width': 4 };
    return [element('path', line), words(left + 44, y + 4, text)];
  });
  return [element('rect', paper), ...lines];
}
