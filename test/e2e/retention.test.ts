import { beforeAll, describe, expect, test } from 'vitest';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { calendarDate } from '../../src/snapshots/buckets.ts';
import { makeDated } from './dated-snapshots.ts';
import { runJob } from './job.ts';
import { snapshotClass } from './snapshot-class.ts';
import { storedOf } from './stored-snapshots.ts';
import { freshNamespace, getJson, testbed, until, zoneOfNoon } from './support.ts';

const namespace = 'e2e-retention';
const release = 'fleet';
const prefix = 'backup-ns.sh/';

interface Snapshot {
  metadata: { name: string; labels: Record<string, string> };
}

const timeZone = zoneOfNoon(new Date());
const today = calendarDate(new Date(), timeZone);
const lastYear = { daily: '2025-01-06', weekly: '2025-w02', monthly: '2025-01' };

describe('the retention of a cluster', () => {
  let bed: Testbed;
  const handles = new Map<string, string>();

  const kubectl = (...args: string[]) => bed.kubectl(['-n', namespace, ...args]);
  const snapshots = async () => {
    const { items } = await getJson<{ items: Snapshot[] }>(bed, ['-n', namespace, 'get', 'volumesnapshots']);
    return new Map(items.map((item) => [item.metadata.name, item]));
  };
  const label = async (name: string, key: string) =>
    (await snapshots()).get(name)?.metadata.labels[`${prefix}${key}`];
  const stored = async (): Promise<string[]> => {
    const found = await storedOf(bed, [...handles.values()]);
    return [...handles].filter(([, handle]) => found.includes(handle)).map(([name]) => name);
  };

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    const spec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hostdisk',
      resources: { requests: { storage: '64Mi' } },
    };
    await apply(
      bed,
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name: 'data' }, spec },
      snapshotClass('e2e-deleting', 'Delete'),
      snapshotClass('e2e-retaining', 'Retain'),
    );
    await kubectl('wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/data', '--timeout=60s');
    await make('old', 'e2e-deleting', lastYear);
    await make('old-retained', 'e2e-retaining', { daily: '2025-01-07' });
    await make('today', 'e2e-deleting', { daily: today, monthly: today.slice(0, 7) });
    const settings = {
      RETAIN_NAMESPACES: namespace,
      RETAIN_LAST_DAILY: 1,
      RETAIN_LAST_WEEKLY: 0,
      RETAIN_LAST_MONTHLY: 1,
    };
    await installChart(bed, {
      namespace,
      release,
      values: {
        create: { enabled: false },
        retain: { enabled: true, timeZone, settings },
        markAndDelete: {
          enabled: true,
          timeZone,
          settings: { MARK_AND_DELETE_NAMESPACES: namespace, MARK_AND_DELETE_PAUSE: '0' },
        },
      },
    });
  });

  async function make(name: string, className: string, tiers: Record<string, string>): Promise<void> {
    handles.set(name, await makeDated(bed, { namespace, name, claim: 'data', className, tiers }));
  }

  const retain = () => runJob(bed, namespace, `${release}-retain`, 'retain');
  const markAndDelete = () => runJob(bed, namespace, `${release}-mark-and-delete`, 'mark-and-delete');

  test('takes the labels off what the policy keeps no more', async () => {
    const { exitCode, result } = await retain();
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ changed: [{ name: 'old-retained' }, { name: 'old' }], failed: [] });
    expect(await label('today', 'daily')).toBe(today);
    for (const tier of ['daily', 'weekly', 'monthly']) expect(await label('old', tier)).toBeUndefined();
  });

  test('gives what stands for nothing a date, and deletes nothing that day', async () => {
    const { exitCode, result } = await markAndDelete();
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ marked: [{ name: 'old' }, { name: 'old-retained' }], deleted: [] });
    expect(await label('old', 'delete-after')).toBe(result['today']);
    expect((await markAndDelete()).result).toMatchObject({ marked: [], deleted: [] });
    expect(await stored()).toEqual(['old', 'old-retained', 'today']);
  });

  test('leaves alone what a user has taken the date off', async () => {
    await kubectl('label', 'volumesnapshot', 'old', `${prefix}delete-after-`);
    expect((await markAndDelete()).result).toMatchObject({ marked: [], deleted: [] });
    expect(await label('old', 'delete-after')).toBeUndefined();
  });

  test('deletes what has a date that is past, and its data with it, retained or not', async () => {
    const past = `${prefix}delete-after=2025-02-01`;
    await kubectl('label', '--overwrite', 'volumesnapshot', 'old', 'old-retained', past);
    // Within its grace nothing goes that was marked; without the mark the date alone counts.
    expect((await markAndDelete()).result).toMatchObject({ deleted: [] });
    await kubectl('annotate', 'volumesnapshot', 'old', 'old-retained', `${prefix}marked-at-`);
    const { exitCode, result } = await markAndDelete();
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ deleted: [{ name: 'old' }, { name: 'old-retained' }] });
    await until('the snapshots to go', 60, async () => ((await snapshots()).size === 1 ? true : undefined));
    await until('the data to go', 60, async () => ((await stored()).length === 1 ? true : undefined));
    expect([...(await snapshots()).keys()]).toEqual(['today']);
    expect(await stored()).toEqual(['today']);
  });

  test('never deletes the last ready backup of a volume', async () => {
    await kubectl('label', 'volumesnapshot', 'today', `${prefix}delete-after=2025-02-01`);
    const { exitCode, result } = await markAndDelete();
    // A matter of its namespace: the run, which is for all of them, has not failed.
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ deleted: [], others: [{ name: 'today', fate: 'refuse' }] });
    expect([...(await snapshots()).keys()]).toEqual(['today']);
  });
});
