import { expect, test } from 'vitest';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { retain } from '../../../src/retention/retain/retain.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import { label, snapshotLabels } from '../../../src/snapshots/labels.ts';
import { readSnapshot } from '../../../src/snapshots/managed.ts';
import { takenTiers } from '../../../src/snapshots/taken-tiers.ts';
import { ordinaryTiers, tiers } from '../../../src/snapshots/tiers.ts';
import { snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { namespace, openVolume, snap, untilSettled } from '../real-snapshots.ts';
import { inSandbox } from '../support.ts';
import { isExhaustive } from '../../support/exhaustive.ts';
import { simulated } from './support.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';

const counts = { RETAIN_LAST_DAILY: '3', RETAIN_LAST_WEEKLY: '2', RETAIN_LAST_MONTHLY: '1' };

/** As the schedules of the chart have it. */
const at = (date: string, time: string) => new Date(`${date}T${time}:00Z`);

async function backUp(sandbox: Sandbox, now: Date): Promise<void> {
  sandbox.clock.set(now);
  const buckets = bucketsOf(now, 'UTC');
  const present = sandbox.objects.all(snapshots, namespace).map((one) => readSnapshot(stored(one), 'UTC'));
  const taken = takenTiers([present], { dumps: 0, volumes: 1 }, buckets);
  const labels = snapshotLabels({
    pvc: 'data',
    type: 'cronjob',
    pod: undefined,
    retain: { policy: 'daily_weekly_monthly', tiers: ordinaryTiers },
    now,
    timeZone: 'UTC',
    buckets,
    takenTiers: taken,
  });
  await snap(sandbox, `night-${now.toISOString().slice(0, 10)}`, labels);
}

async function cleanUp(sandbox: Sandbox, date: string): Promise<void> {
  const policy = readSettings(retainSettings, sourcesOf(counts)).settings;
  const pace = readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings;
  sandbox.clock.set(at(date, '06:00'));
  await inSandbox(sandbox, undefined, (context) => retain(policy, context));
  sandbox.clock.set(at(date, '07:00'));
  await inSandbox(sandbox, undefined, (context) => markAndDelete(pace, context));
  await untilSettled(sandbox);
}

/** The day of each snapshot, its tiers, and the day after which it goes. */
function left({ objects }: Sandbox): string[] {
  const all = objects.all(snapshots, namespace).map(({ metadata: { name = '', labels = {} } }) => {
    const kept = tiers.filter((tier) => labels[label[tier]] !== undefined);
    return [name.replace('night-', ''), ...kept, labels[label.deleteAfter] ?? ''].join(' ').trim();
  });
  return all.toSorted();
}

test('the commands themselves leave on a cluster what the simulation says', async () => {
  const flags = { from: '2026-11-22', for: isExhaustive ? '40d' : '24d', failures: '20%', seed: '2' };
  const { days, snapshots: expected } = await simulated(flags, counts);
  await using sandbox = await openVolume();
  const numbers: number[] = [];
  for (const { date, failed } of days) {
    if (failed === 0) await backUp(sandbox, at(date, '04:30'));
    await cleanUp(sandbox, date);
    numbers.push(left(sandbox).length);
  }
  expect(numbers).toEqual(days.map(({ kept }) => kept));
  const words = expected.map(({ madeAt, tiers, deleteAfter }) =>
    [madeAt.slice(0, 10), ...tiers, deleteAfter ?? ''].join(' ').trim(),
  );
  expect(left(sandbox)).toEqual(words.toSorted());
  expect(days.filter(({ failed }) => failed > 0).length).toBeGreaterThan(3);
}, 60_000);
