import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { installCronJob, noteSchedule } from '../../../scripts/demo/backup-jobs.ts';
import { dateOf, days, nightOf } from '../../../scripts/demo/diary.ts';
import { openFilesShop } from '../../../scripts/demo/files-shop.ts';
import type { Runs } from '../../../scripts/demo/runs.ts';
import { tellTheStory } from '../../../scripts/demo/story.ts';
import { create } from '../../../src/cli/create.ts';
import { list } from '../../../src/cli/list.ts';
import { markAndDelete } from '../../../src/cli/mark-and-delete.ts';
import { restore } from '../../../src/cli/restore.ts';
import { retain } from '../../../src/cli/retain.ts';
import { status } from '../../../src/cli/status.ts';
import { openSandbox, type Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { inProcess } from '../../support/in-process.ts';
import type { SandboxApp } from '../../../scripts/sandbox/app.ts';
import { sampled } from '../../support/exhaustive.ts';

/** What the demo says, without its colours. */
let said: string;
beforeEach(() => {
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/**
 * As the demo does it, but without a process for each run, and only on nights that the end of the story depends on: the
 * first ones of months, that after the backup by hand, the last one, and some that nothing keeps.
 */
function inThisProcess(sandbox: Sandbox, app: SandboxApp, now: Date): Runs {
  const { namespace, serviceAccount, settings } = app;
  installCronJob(sandbox, app);
  const needed = new Set([1, 20, 40, days].map((day) => dateOf(nightOf(day, now))));
  const backUp = async (type: string): Promise<void> => {
    const environment = { ...settings, BAK_LABEL_VS_TYPE: type };
    await inProcess(sandbox, create, { environment, account: { serviceAccount } });
  };
  return {
    backUpByHand: () => backUp('adhoc'),
    async backUpAtNight(date) {
      noteSchedule(sandbox, namespace);
      if (date.endsWith('-01') || needed.has(date)) await backUp('cronjob');
    },
    command([name = '', ...args], environment = {}) {
      const run = { args, environment, account: { namespace } };
      if (name === 'retain') return inProcess(sandbox, retain, run);
      if (name === 'mark-and-delete') return inProcess(sandbox, markAndDelete, run);
      if (name === 'status') return inProcess(sandbox, status, run);
      return name === 'list' ? inProcess(sandbox, list, run) : inProcess(sandbox, restore, run);
    },
  };
}

async function tellStoryUntil(now: Date): Promise<void> {
  await using sandbox = await openSandbox({ start: nightOf(0, now) });
  await using shop = await openFilesShop(sandbox, 'shop');
  await tellTheStory({ sandbox, shop, now }, inThisProcess(sandbox, shop.app, now));
}

describe('the story of the demo', () => {
  const awkward: [about: string, now: string, month: string][] = [
    ['on a day 0 that is the first of a month', '2026-11-30T09:00:00Z', '2026-10'],
    ['on a day 0 that is the 29th of February', '2028-04-29T12:00:00Z', '2028-03'],
    [
      'on a day 0 that is the 31st of December, and on the 29th of February',
      '2028-02-29T12:00:00Z',
      '2028-01',
    ],
    ['on the 31st of December, before the backup of that night', '2026-12-31T01:00:00Z', '2026-11'],
    ['in the second month of its backups', '2027-08-31T12:00:00Z', '2027-07'],
    ['in the hour that clocks skip', '2027-03-28T01:30:00Z', '2027-02'],
    ['in the hour that clocks repeat', '2027-10-31T00:30:00Z', '2027-09'],
  ];
  test.for(sampled(awkward, 4))(
    'that begins or ends %s ends well',
    { timeout: 60_000 },
    async ([, now, month]) => {
      vi.stubEnv('TZ', 'Europe/Vienna');
      await tellStoryUntil(new Date(now));
      expect(said).toMatch(new RegExp(`^These are the orders of ${month}-\\d\\d\\.$`, 'm'));
      const [, lines = ''] = said.split('NEXT-RUN');
      const [data, restored] = lines
        .split('\n')
        .slice(1)
        .map((line) => line.split(/ +/));
      expect(lines).not.toContain('never started');
      expect([data?.slice(0, 2), restored?.slice(0, 2)]).toEqual([
        ['data', 'yes'],
        ['restored', 'exempt'],
      ]);
    },
  );

  test('has a night for each of its days whenever it ends, and all of them have come', () => {
    const moments = fc.date({
      min: new Date('2000-03-01'),
      max: new Date('2199-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, fc.constantFrom('Europe/Vienna', 'Pacific/Apia', 'UTC'), (now, zone) => {
        vi.stubEnv('TZ', zone);
        const nights = Array.from({ length: days + 1 }, (_, day) => nightOf(day, now));
        const [last = now] = nights.slice(-1);
        const sinceLast = now.getTime() - last.getTime();
        expect(new Set(nights.map(dateOf)).size).toBe(days + 1);
        expect(sinceLast).toBeGreaterThanOrEqual(0);
        expect(sinceLast).toBeLessThan(24 * 60 * 60_000);
      }),
    );
  });
});
