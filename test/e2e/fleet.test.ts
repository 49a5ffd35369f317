import { beforeAll, describe, expect, test } from 'vitest';
import type { Testbed } from '../../scripts/testbed.ts';
import {
  backupsIn,
  clusterRoles,
  contentsOf,
  failuresOf,
  furnitureOf,
  gate,
  labelOf,
  podsOfPolicy,
  prefix,
  refusalOfPod,
  seen,
  statusOfAll,
} from './fleet.ts';
import {
  fleet,
  furnishAll,
  installAll,
  installFleet,
  installTenant,
  past,
  places,
} from './fleet-releases.ts';
import { storedOf } from './stored-snapshots.ts';
import { inContainer, testbed, until } from './support.ts';

const tenants = Object.values(places).map(({ namespace }) => namespace);
const [restricted, quota, deny] = tenants as [string, string, string];

/**
 * Nothing here starts a Job: all that is seen is what CronJobs do, every minute. In the namespace with a quota, its release is
 * upgraded and rolled back meanwhile, and in that which denies everything it is uninstalled while a backup runs.
 */
describe('a fleet of three tenants whose CronJobs run by themselves', () => {
  let bed: Testbed;
  let rolesBefore: string[];
  const furnitureBefore = new Map<string, string[]>();
  let oldHandles: string[];

  const inEach = <T>(work: (namespace: string) => Promise<T>) => Promise.all(tenants.map(work));
  const untilInEach = <T>(what: string, find: (namespace: string) => Promise<T | undefined>) =>
    inEach((namespace) => until(`${what} in ${namespace}`, 150, () => find(namespace)));

  beforeAll(async () => {
    bed = await testbed();
    oldHandles = await furnishAll(bed);
    await gate.close(bed, quota);
    rolesBefore = await clusterRoles(bed);
    for (const namespace of [...tenants, fleet])
      furnitureBefore.set(namespace, await furnitureOf(bed, namespace));
    await installAll(bed);
  });

  test('the restricted namespace refuses a pod of root, that with a quota a large one', async () => {
    const asRoot = { securityContext: { runAsUser: 0 } };
    expect(await refusalOfPod(bed, restricted, asRoot)).toMatch(
      /violates PodSecurity "restricted.*runAsUser=0/s,
    );
    const large = (limits: object) => refusalOfPod(bed, quota, { resources: { limits } });
    expect(await large({ cpu: '3' })).toContain('maximum cpu usage per Container is 2');
    expect(await large({ 'ephemeral-storage': '9Gi' })).toContain('exceeded quota: all');
  });

  test('an upgrade leaves alone the backup that runs meanwhile, which ends well with its own settings', async () => {
    await until('a backup at the gate', 120, () => gate.holds(bed, quota));
    const [job] = await seen(bed, quota, 'jobs');
    expect(job?.status).toMatchObject({ active: 1 });
    const [limits] = await seen(bed, quota, 'resourcequotas');
    // The app has no limits: what is used is that of the backup, and is what the chart gives it.
    expect(limits?.status?.used).toMatchObject({ pods: '2', 'limits.cpu': '1', 'limits.memory': '256Mi' });
    await installTenant(bed, places.quota, 'upgraded');
    expect(await gate.holds(bed, quota)).toBe(true);
    await gate.open(bed, quota);
    const ended = await until('the end of the backup', 60, async () =>
      (await seen(bed, quota, 'jobs')).find(
        ({ metadata, status }) =>
          metadata.uid === job?.metadata.uid && Boolean(status?.succeeded || status?.failed),
      ),
    );
    expect(ended.status).toMatchObject({ succeeded: 1 });
    expect((await backupsIn(bed, quota)).map((found) => labelOf(found, 'type'))).toEqual(['cronjob']);
  });

  test('the first backup of each namespace has its dump, and stands for its day, week and month', async () => {
    const firsts = await untilInEach(
      'the first backup',
      async (namespace) => (await backupsIn(bed, namespace))[0],
    );
    for (const first of firsts) {
      expect(labelOf(first, 'daily')).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(labelOf(first, 'weekly')).toMatch(/^\d{4}-w\d\d$/);
      expect(labelOf(first, 'monthly')).toBe(labelOf(first, 'daily')?.slice(0, 7));
      expect(first.metadata.annotations?.[`${prefix}dump`]).toContain('"database":"shop"');
    }
    const unpack = 'gunzip -c /var/lib/postgresql/data/dump.sql.gz';
    const dumps = await inEach((namespace) => inContainer(bed, namespace, 'deployment/shop', unpack));
    for (const [index, namespace] of tenants.entries()) expect(dumps[index]).toContain(`\n${namespace}\n`);
  });

  test('where everything is denied, the policy of the release selects the pods of its backups', async () => {
    // The network of the native cluster knows no policies, so that nothing here shows whether this one lets them through. Where
    // the network does, as that of kind, they would not reach the API server without it.
    expect(furnitureBefore.get(deny)).toContain('networkpolicy.networking.k8s.io/deny');
    const pods = await podsOfPolicy(bed, deny, 'backup');
    expect(pods.length).toBeGreaterThan(0);
    for (const { metadata } of pods) expect(metadata.name).toMatch(/^backup-\d+-/);
  });

  test('what the policy keeps no more loses its tiers and gets a date, in each namespace', async () => {
    const olds = await untilInEach('the date of the old snapshot', async (namespace) =>
      (await seen(bed, namespace, 'volumesnapshots')).find(
        (found) => found.metadata.name === 'old' && labelOf(found, 'delete-after'),
      ),
    );
    for (const old of olds)
      for (const tier of Object.keys(past.old)) expect(labelOf(old, tier)).toBeUndefined();
    await installFleet(bed, 'ahead');
  });

  test('the next backup has the upgraded settings, and no tier that the first one has', async () => {
    const next = await until('a backup of the upgraded release', 120, async () =>
      (await backupsIn(bed, quota)).find((found) => labelOf(found, 'type') === 'upgraded'),
    );
    for (const tier of Object.keys(past.old)) expect(labelOf(next, tier)).toBeUndefined();
    await bed.helm(['rollback', 'backup', '--namespace', quota]);
  });

  test('status says of each volume of the tenants that it is protected', async () => {
    const lines = await until('the protection of all', 120, async () => {
      const ours = statusOfAll(bed).filter(({ namespace }) => tenants.includes(namespace));
      return ours.length === 3 && ours.every(({ protection }) => protection === 'yes') ? ours : undefined;
    });
    expect(lines.flatMap(({ problems }) => problems)).toEqual([]);
    await gate.close(bed, deny);
  });

  test('the contents of the backups say what their snapshots say', async () => {
    const pairs = await untilInEach('the labels of a content', async (namespace) => {
      const [first] = await backupsIn(bed, namespace);
      const [content] = await contentsOf(bed, first ? [first] : []);
      return first && content && labelOf(content, 'backup') ? [first, content] : undefined;
    });
    for (const [first, content] of pairs) expect(labelOf(content!, 'backup')).toBe(labelOf(first!, 'backup'));
  });

  test('the sweep deletes what has a date that is over, with its data, and no backup of today', async () => {
    await untilInEach('the end of the old snapshot', async (namespace) => {
      const names = (await seen(bed, namespace, 'volumesnapshots')).map(({ metadata }) => metadata.name);
      return names.includes('old') ? undefined : true;
    });
    await until('the end of the data', 60, async () =>
      (await storedOf(bed, oldHandles)).length === 0 ? true : undefined,
    );
    const contents = await seen(bed, fleet, 'volumesnapshotcontents');
    expect(contents.filter(({ status }) => oldHandles.includes(status?.snapshotHandle ?? ''))).toEqual([]);
    for (const [first] of await inEach((namespace) => backupsIn(bed, namespace)))
      expect(labelOf(first!, 'daily')).toBeDefined();
  });

  test('after a rollback, backups have the settings of before', async () => {
    const types = await until('a backup after the rollback', 120, async () => {
      const found = (await backupsIn(bed, quota)).map((snapshot) => labelOf(snapshot, 'type'));
      return found.length > 2 && found.at(-1) === 'cronjob' ? found : undefined;
    });
    expect(types).toContain('upgraded');
  });

  test('every Job is of a CronJob, none has failed, and no event warns of one', async () => {
    const ended = {
      ...Object.fromEntries(tenants.map((namespace) => [namespace, ['BackupCompleted']])),
      [fleet]: ['RetainCompleted', 'MarkAndDeleteCompleted', 'SyncMetadataCompleted'],
    };
    for (const [namespace, reasons] of Object.entries(ended)) {
      const { failures, told } = await failuresOf(bed, namespace, namespace === fleet ? 'fleet' : 'backup');
      expect(failures).toEqual([]);
      expect(told).toEqual(expect.arrayContaining(reasons));
    }
  });

  test('uninstalled, also while a backup runs, the releases leave their snapshots and nothing else', async () => {
    await until('a backup at the gate', 120, () => gate.holds(bed, deny));
    expect(await furnitureOf(bed, deny)).toContain('lease.coordination.k8s.io/backup-ns');
    await bed.helm(['uninstall', 'fleet', '--namespace', fleet, '--wait']);
    const kept = await inEach((namespace) => backupsIn(bed, namespace));
    await inEach((namespace) => bed.helm(['uninstall', 'backup', '--namespace', namespace, '--wait']));
    for (const [namespace, before] of furnitureBefore)
      await until(`the end of the release in ${namespace}`, 60, async () =>
        (await furnitureOf(bed, namespace)).join('\n') === before.join('\n') ? true : undefined,
      );
    expect(await clusterRoles(bed)).toEqual(rolesBefore);
    const snapshots = (await inEach((namespace) => backupsIn(bed, namespace))).flat();
    const uids = snapshots.map(({ metadata }) => metadata.uid);
    for (const { metadata } of kept.flat()) expect(uids).toContain(metadata.uid);
    const data = (await contentsOf(bed, snapshots)).map(({ status }) => status?.snapshotHandle ?? '');
    expect(await storedOf(bed, data)).toHaveLength(snapshots.length);
  });
});
