import type { DayFacts, SimulationResult } from '../result.ts';
import { colours } from './colours.ts';
import { element, round } from './element.ts';
import { across, dateTicks, gridLine, words, type Plot } from './plot.ts';

const dayMilliseconds = 24 * 60 * 60_000;

/** How many snapshots there were on each day, at the most, and below it when backups failed. */
export function countsPlot({ days }: SimulationResult, plot: Plot): string[] {
  const { left, right, top, bottom } = plot;
  const highest = Math.max(...days.map(({ most }) => most), 1);
  const ticks = dateTicks(days.map(({ date }) => date)).flatMap(({ time, text }) => {
    const x = across(plot, time);
    return [gridLine(x, top, x, bottom), words(x, bottom + 26, text, 'middle')];
  });
  return [
    ...ticks,
    gridLine(left, top, right, top),
    words(left - 8, top + 4, String(highest), 'end'),
    words(left - 8, bottom + 4, '0', 'end'),
    element('path', { d: outline(days, highest, plot), fill: colours.marked, 'fill-opacity': 0.5 }),
    ...failures(days, plot),
  ];
}

/** As steps, one for each change of the number. */
function outline(days: readonly DayFacts[], highest: number, plot: Plot): string {
  const { left, right, top, bottom } = plot;
  const height = (count: number) => round(bottom - (count / highest) * (bottom - top));
  const steps = days
    .filter(({ most }, index) => most !== days[index - 1]?.most)
    .map(({ date, most }) => `H${across(plot, Date.parse(date))}V${height(most)}`);
  return `M${left} ${bottom}${steps.join('')}H${right}V${bottom}Z`;
}

function failures(days: readonly DayFacts[], plot: Plot): string[] {
  const failed = days.filter((day) => day.failed > 0).map(({ date }) => Date.parse(date));
  if (failed.length === 0) return [];
  const width = Math.max(across(plot, plot.start + dayMilliseconds) - plot.left, 1);
  const d = failed.map(
    (time) => `M${across(plot, time)} ${plot.bottom + 3}h${round(width)}v8h-${round(width)}z`,
  );
  return [
    element('path', { d: [...new Set(d)].join(''), fill: colours.failed }),
    element('text', { x: plot.right + 8, y: plot.bottom + 11, fill: colours.failed }, 'failed'),
  ];
}
