import { ageChart } from './age-chart.ts';
import { countChart, daysPerColumn } from './count-chart.ts';
import type { SimulationResult } from '../result.ts';

/** How many snapshots there were over time, and how old those at the end are; at most 100 characters wide. */
export function timelineOf({ from, until, days, policies, snapshots, perTier }: SimulationResult): string {
  const size = daysPerColumn(days);
  const scale = size === 1 ? 'one day' : `${size} days`;
  const counts = countChart(days, policies);
  const ages = ageChart(
    snapshots,
    perTier.map(({ tier }) => tier),
  );
  return [
    `How many snapshots there are from ${from} to ${until}; a column is ${scale}`,
    '',
    ...counts,
    '',
    ...(snapshots.length === 0
      ? [`There is no snapshot at the end of ${until}.`]
      : [`How old the snapshots are that there are at the end of ${until}; a digit is several`, '', ...ages]),
  ].join('\n');
}
