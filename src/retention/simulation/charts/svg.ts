import { tiers } from '../../../snapshots/tiers.ts';
import type { SimulationResult } from '../result.ts';
import { policyWords } from '../words.ts';
import { countsPlot } from './counts-plot.ts';
import { element, escaped } from './element.ts';
import { livesPlot } from './lives-plot.ts';
import { across, words, type Plot } from './plot.ts';

const [width, height] = [960, 640];
const dayMilliseconds = 24 * 60 * 60_000;

/** Dark where the reader's screen is. */
const style = `text{font:12px sans-serif}.title{font-size:17px;font-weight:bold}
@media(prefers-color-scheme:dark){.paper{fill:#0f172a}text{fill:#cbd5e1}.grid{stroke:#334155}}`;

/** What became of each snapshot, and how many there were: a picture that stands by itself, without scripts and fonts. */
export function svgOf(result: SimulationResult): string {
  const { from, until, schedule, timeZone, policies } = result;
  const time = { start: Date.parse(from), end: Date.parse(until) + dayMilliseconds };
  const lives: Plot = { left: 88, right: 884, top: 92, bottom: 492, ...time };
  const counts: Plot = { ...lives, top: 520, bottom: 590 };
  const policy = policies[0] ? policyWords(policies[0].policy) : '';
  const title = `Snapshots kept with ${policy}`;
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, role: 'img' };
  return element(
    'svg',
    attributes,
    element('title', {}, escaped(title)),
    element('style', {}, style),
    element('rect', { class: 'paper', width, height, fill: '#ffffff' }),
    element('text', { class: 'title', x: 20, y: 30, fill: '#475569' }, escaped(title)),
    words(20, 52, `Backups at '${schedule}' in ${timeZone}, ${from} to ${until}: ${outcome(result)}`),
    ...changeLines(result, lives, counts.bottom),
    ...livesPlot(result, lives),
    ...countsPlot(result, counts),
  );
}

function outcome({ runs, failed, seed, snapshots, peak }: SimulationResult): string {
  const failures = failed === 0 ? '' : `, ${failed} failed (seed ${seed})`;
  if (snapshots.length === 0) return `${runs} backups${failures}; nothing to restore from at the end`;
  return `${runs} backups${failures}; ${snapshots.length} snapshots at the end, at most ${peak?.count ?? 0}`;
}

/** What changes in the policy, and when. */
function changeLines({ policies }: SimulationResult, plot: Plot, bottom: number): string[] {
  return policies.slice(1).flatMap(({ from, policy }, index) => {
    const before = policies[index]?.policy;
    const changed = tiers.filter((tier) => policy[tier] !== before?.[tier]);
    const x = across(plot, Date.parse(from));
    const d = `M${x} ${plot.top - 8}V${bottom}`;
    return [
      element('path', { d, stroke: '#94a3b8', 'stroke-dasharray': '4 3' }),
      words(x, plot.top - 14, changed.map((tier) => `${policy[tier]} ${tier}`).join(', '), 'middle'),
    ];
  });
}
