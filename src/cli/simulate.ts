import { svgOf } from '../retention/simulation/charts/svg.ts';
import { timelineOf } from '../retention/simulation/charts/timeline.ts';
import { simulate as run } from '../retention/simulation/simulate.ts';
import { simulateSettings } from '../retention/simulation/settings.ts';
import { defineCommand } from './command.ts';
import { simulationTable } from './simulation-table.ts';

const help = `Backups, retain and mark-and-delete are simulated day by day on one volume, by the same plans as on a \
cluster and at the times of the chart. A backup that fails leaves no snapshot. The counts of the policy are read from \
the variables of retain, so that the environment of a CronJob shows what that would do.

The table shows what there is at the end of the last day; -o timeline and '-o svg > policy.svg' show how it \
came to that, and -o json has every day, and every snapshot that there was.`;

export const simulate = defineCommand({
  name: 'simulate',
  summary: 'Show which snapshots a schedule and a policy would leave, day by day, without a cluster',
  examples: [
    { words: 'What the default policy leaves of two years of daily backups', line: 'backup-ns simulate' },
    {
      words: 'Another policy, as a picture',
      line: 'backup-ns simulate --for 1y --last-daily 14 --last-monthly 24 \\\n    -o svg > policy.svg',
    },
  ],
  help,
  settings: simulateSettings,
  endings: [],
  isOffline: true,
  byHand: true,
  run,
  views: { table: simulationTable, timeline: timelineOf, svg: svgOf },
});
