import { setTimeout as sleep } from 'node:timers/promises';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { placeOf, type Place } from './chart-places.ts';
import { makeDated } from './dated-snapshots.ts';
import { gate } from './fleet.ts';
import { snapshotClass } from './snapshot-class.ts';
import { freshNamespace, sql, waitForRollout } from './support.ts';

export const places = {
  restricted: placeOf('fleet', 'restricted'),
  quota: placeOf('fleet', 'quota'),
  deny: placeOf('fleet', 'deny'),
};
/** The namespace of the release that is for all of them. */
export const fleet = 'e2e-fleet';
const className = 'e2e-fleet-retaining';
const claim = volumeOf({ name: 'shop' });

/**
 * Snapshots of the past, as no day ends while a test runs: the policy keeps the newer one for its tiers, so that the older one
 * has none left as soon as `retain` runs, whether there is a backup of today yet or not.
 */
export const past = {
  old: { daily: '2025-01-06', weekly: '2025-w02', monthly: '2025-01' },
  newer: { daily: '2025-02-03', weekly: '2025-w06', monthly: '2025-02' },
};

const everyMinute = '* * * * *';

/** All namespaces, side by side. Gives the handles of the data of the old snapshots. */
export async function furnishAll(bed: Testbed): Promise<string[]> {
  await apply(bed, snapshotClass(className, 'Retain'));
  const tenants = Promise.all(Object.values(places).map((place) => furnish(bed, place)));
  const [handles] = await Promise.all([tenants, freshNamespace(bed, fleet)]);
  return handles;
}

/** A namespace with a PostgreSQL and those snapshots, closed then. */
async function furnish(bed: Testbed, { namespace, close }: Place): Promise<string> {
  await freshNamespace(bed, namespace);
  const app = { namespace, name: 'shop', password: 'secret', size: '200Mi' };
  await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
  await waitForRollout(bed, namespace, app.name);
  await sql(bed, namespace, 'deployment/shop', `create table orders as select '${namespace}' as place`);
  const make = (name: keyof typeof past) =>
    makeDated(bed, { namespace, name, claim, className, tiers: past[name] });
  const handle = await make('old');
  await make('newer');
  await close(bed, namespace);
  return handle;
}

/** Side by side, and not over the turn of a minute: all CronJobs are to begin with the same one, as a minute lost is a long time. */
export async function installAll(bed: Testbed): Promise<void> {
  const untilTurn = 60_000 - (Date.now() % 60_000);
  if (untilTurn < 12_000) await sleep(untilTurn);
  const tenants = Object.values(places).map((place) => installTenant(bed, place));
  await Promise.all([installFleet(bed, 'behind'), ...tenants]);
}

/** Installs or upgrades the release of a tenant. */
export function installTenant(bed: Testbed, { namespace, values }: Place, type = 'cronjob'): Promise<void> {
  const settings = {
    BAK_PVC_NAME: claim,
    BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop',
    BAK_VS_CLASS_NAME: className,
    BAK_LABEL_VS_TYPE: type,
  };
  return installChart(bed, {
    namespace,
    release: 'backup',
    values: {
      locks: { kind: 'none' },
      create: { settings, schedule: everyMinute, hooks: [gate.hook] },
      ...values,
    },
  });
}

/**
 * Installs or upgrades the release for all namespaces. Behind all clocks, `mark-and-delete` dates snapshots with yesterday; ahead
 * of all clocks, that day is over.
 */
export function installFleet(bed: Testbed, zone: 'behind' | 'ahead'): Promise<void> {
  const retention = {
    RETAIN_LAST_DAILY: 1,
    RETAIN_LAST_WEEKLY: 1,
    RETAIN_LAST_MONTHLY: 1,
  };
  return installChart(bed, {
    namespace: fleet,
    release: 'fleet',
    values: {
      locks: { kind: 'none' },
      create: { enabled: false },
      retain: { enabled: true, schedule: everyMinute, settings: retention },
      markAndDelete: {
        enabled: true,
        schedule: everyMinute,
        timeZone: zone === 'behind' ? 'Etc/GMT+12' : 'Pacific/Kiritimati',
        settings: { MARK_AND_DELETE_GRACE: '1s', MARK_AND_DELETE_PAUSE: '0' },
      },
      syncMetadata: { enabled: true, schedule: everyMinute },
    },
  });
}
