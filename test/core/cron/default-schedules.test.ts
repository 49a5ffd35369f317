import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cronFields } from '../../../src/core/cron/fields.ts';
import { ZoneOffsets } from '../../../src/core/cron/zone-offsets.ts';
import { simulateSettings } from '../../../src/retention/simulation/settings.ts';

const checkout = join(import.meta.dirname, '../../..');
const read = (...path: string[]) => readFileSync(join(checkout, ...path), 'utf8');
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function chartSchedules(): string[] {
  const values = load(read('charts', 'backup-ns', 'values.yaml')) as Record<string, { schedule?: string }>;
  return Object.values(values).flatMap(({ schedule }) => schedule ?? []);
}

const quoted = (text: string) =>
  [...text.matchAll(/'((?:[\d*/,-]+ ){4}[\d*/,-]+)'/g)].map(([, one = '']) => one);
const { schedule, retainSchedule, markAndDeleteSchedule } = simulateSettings.table;
const schedules = new Set([
  ...chartSchedules(),
  ...[schedule, retainSchedule, markAndDeleteSchedule].flatMap(({ fallback }) =>
    typeof fallback === 'string' ? fallback : [],
  ),
  ...quoted(read('scripts', 'demo', 'backup-jobs.ts')),
  ...quoted(read('docs', 'settings.md')),
]);

/** `HH:MM` of a zone that the clocks of 2027 skip or repeat. No zone changes them back within a week. */
function* changingMinutes(timeZone: string): Generator<string> {
  const offsets = new ZoneOffsets(timeZone);
  for (let week = Date.UTC(2027, 0); week < Date.UTC(2028, 0); week += 7 * dayMs) {
    if (offsets.at(week) === offsets.at(week + 7 * dayMs)) continue;
    for (let time = week; time < week + 7 * dayMs; time += minuteMs) {
      const [before, after] = [time + offsets.at(time - 1), time + offsets.at(time)];
      const last = Math.max(before, after);
      for (let wall = Math.min(before, after); wall < last; wall += minuteMs) {
        yield new Date(wall).toISOString().slice(11, 16);
      }
    }
  }
}

test('no schedule that comes with the project lies in an hour that clocks skip or repeat, in no zone', () => {
  const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'Antarctica/Troll', 'America/Havana'])];
  const changing = new Set(zones.flatMap((zone) => [...changingMinutes(zone)]));
  expect(changing).toContain('02:30');
  const touched = [...schedules].filter((one) => {
    const { hours, minutes } = cronFields(one);
    const pad = (number: number) => String(number).padStart(2, '0');
    const times = [...hours].flatMap((hour) => [...minutes].map((minute) => `${pad(hour)}:${pad(minute)}`));
    return hours.size < 24 && times.some((time) => changing.has(time));
  });
  expect(schedules.size).toBeGreaterThanOrEqual(4);
  expect(touched).toEqual([]);
});
