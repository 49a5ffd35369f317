import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulationTable } from '../../../src/cli/simulation-table.ts';
import { svgOf } from '../../../src/retention/simulation/charts/svg.ts';
import { timelineOf } from '../../../src/retention/simulation/charts/timeline.ts';
import { simulateSettings } from '../../../src/retention/simulation/settings.ts';
import { withNamesOf } from '../../../src/cli/setting-names.ts';
import { simulated } from './support.ts';

const folder = join(import.meta.dirname, 'golden');
const from = '2026-11-21';
const change = '2027-09-01 daily=14,monthly=24; 2028-03-01 weekly=8';

const stories: Readonly<Record<string, Parameters<typeof simulated>>> = {
  'two-years.txt': [{ from }],
  'failures-and-changes.txt': [{ from, failures: '5%', change }],
  'hours.txt': [{ from, for: '3m', schedule: '0 * * * *' }, { RETAIN_LAST_HOURLY: '24' }],
  'a-few-days.txt': [
    { from, for: '12d', failures: '20%', change: '2026-11-25 daily=2' },
    { TZ: 'Asia/Tokyo' },
  ],
  'nothing-but-failures.txt': [{ from, for: '40d', failures: '100%' }],
  'no-backup-in-this-time.txt': [{ from, for: '30d', schedule: '@yearly' }],
  'a-picture.svg': [{ from, for: '40d', failures: '20%', change: '2026-12-10 daily=10' }],
};

async function pageOf(file: string, story: Parameters<typeof simulated>): Promise<string> {
  const result = await simulated(...story);
  if (file.endsWith('.svg')) return `${svgOf(result)}\n`;
  const withNames = withNamesOf(simulateSettings.table);
  return withNames(`${simulationTable(result)}\n\n${timelineOf(result)}\n`);
}

// The pages are read in review; UPDATE_GOLDEN=1 writes them anew.
describe('what a person sees of each simulation is on its page', () => {
  it.each(Object.entries(stories))('%s', async (file, story) => {
    const page = await pageOf(file, story);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(join(folder, file), page);
    expect(page).toBe(readFileSync(join(folder, file), 'utf8'));
  });

  it('and every page is of a simulation', () => {
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(stories).toSorted());
  });
});
