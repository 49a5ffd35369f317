import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulationTable } from '../../../src/cli/simulation-table.ts';
import { svgOf } from '../../../src/retention/simulation/charts/svg.ts';
import { timelineOf } from '../../../src/retention/simulation/charts/timeline.ts';
import { simulated } from './support.ts';
import { isExhaustive } from '../../support/exhaustive.ts';

/** Milliseconds that a property may take on a busy machine. */
const timeout = 60_000;
const from = { from: '2026-11-21' };

/** What is left when each element has been closed: nothing but text, when all is well. */
function withoutElements(svg: string): string {
  const element = /<(\w+)(?: [\w:-]+="[^"<]*")*(?:\/>|>[^<]*<\/\1>)/g;
  let rest = svg;
  for (;;) {
    const next = rest.replace(element, '');
    if (next === rest) return rest;
    rest = next;
  }
}

describe('the timeline', () => {
  it(
    'fits into 100 columns, and shows each snapshot of a tier, however long the time',
    async () => {
      const spans = fc.constantFrom('1d', '2d', '44d', '45d', '88d', '89d', '13w', '7m', '3y');
      const counts = fc.constantFrom('0', '3', '40');
      await fc.assert(
        fc.asyncProperty(spans, counts, counts, fc.nat(60), async (span, daily, yearly, percent) => {
          const flags = { ...from, for: span, failures: `${percent}%` };
          const policy = { RETAIN_LAST_DAILY: daily, RETAIN_LAST_YEARLY: yearly };
          const result = await simulated(flags, policy);
          const lines = timelineOf(result).split('\n');
          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
          for (const { tier, count } of result.perTier) {
            const row = lines.find((line) => line.startsWith(`${tier} `)) ?? '';
            const marks = row.slice(tier.length).replaceAll(' ', '').split('');
            const shown = marks.map((mark) => (mark === '●' ? 1 : Number(mark)));
            expect(shown.reduce((sum, one) => sum + one, 0)).toBe(count);
          }
        }),
        { numRuns: isExhaustive ? 30 : 6 },
      );
    },
    timeout,
  );
});

describe('the picture', () => {
  it('is well-formed, with no scripts, nothing from elsewhere and no number that is none', async () => {
    const change = '2027-01-01 daily=14';
    const svg = svgOf(await simulated({ ...from, for: '1y', failures: '10%', change }, { TZ: 'Asia/Tokyo' }));
    expect(withoutElements(svg)).toBe('');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 960 640"[^]*<\/svg>$/);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /<script|https?:|href|NaN|undefined|Infinity/,
    );
  });

  it(
    'stays small when there are very many backups',
    async () => {
      const flags = { ...from, for: '6m', schedule: '0 * * * *' };
      const svg = svgOf(await simulated(flags, { RETAIN_LAST_HOURLY: '48' }));
      expect(svg.length).toBeLessThan(120_000);
    },
    timeout,
  );

  it('shows a snapshot in the colour of the longest tier that keeps it, and grey when none does', async () => {
    const svg = svgOf(await simulated({ ...from, for: '30d' }));
    const lines = [...svg.matchAll(/<path d="([^"]*)" stroke="(#\w+)" stroke-width="8"/g)];
    const drawn = Object.fromEntries(
      lines.map(([, d = '', colour = '']) => [colour, d.split('M').length - 1]),
    );
    // Two stand for a month and four more for a week. Of the 24 others, the newest six are still those of their days.
    expect(drawn).toEqual({ '#f59e0b': 2, '#10b981': 4, '#3b82f6': 24, '#94a3b8': 18 });
  });
});

it('a table of very many snapshots ends with how many more there are', async () => {
  const flags = { ...from, for: '10d', schedule: '0 * * * *' };
  const result = await simulated(flags, { RETAIN_LAST_HOURLY: '1000' });
  const table = simulationTable(result);
  expect(table).toContain('140 older ones are not shown; -o json has all of them.');
  expect(table.split('\n').length).toBeLessThan(125);
});
