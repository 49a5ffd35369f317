import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../scripts/run.ts';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, checkout, type Testbed } from '../../scripts/testbed.ts';
import { matrix } from '../charts/matrix.ts';
import { helm } from '../charts/helm.ts';
import { rendered } from '../charts/rendered.ts';
import { placeOf, tenantObjects, withKubectl } from './chart-places.ts';
import { ending, runJob, startJob } from './job.ts';
import { freshNamespace, getJson, testbed, until, waitForRollout } from './support.ts';

interface Listed {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: { name: string; ownerReferences?: { kind: string }[] };
    readonly status?: { succeeded?: number; readyToUse?: boolean };
  }[];
}

const kinds =
  'serviceaccounts,roles,rolebindings,cronjobs,jobs,pods,networkpolicies,clusterroles,clusterrolebindings';

const places = (['restricted', 'quota', 'deny'] as const).map((narrowness) => placeOf('chart', narrowness));

describe.each(places)('in namespace $namespace', ({ namespace, values, close }) => {
  const app = { namespace, name: 'shop', password: 'secret', size: '200Mi' };
  let bed: Testbed;
  let imageValues: object;

  const settings = { BAK_PVC_NAME: volumeOf(app), BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' };
  const all = (create: object) => ({
    image: imageValues,
    ...values,
    create: { settings, backoffLimit: 0, ...create },
  });
  const helmWith = (given: object, ...args: string[]) =>
    run(helm!, [...args, '--namespace', namespace, '--values', '-'], {
      env: { KUBECONFIG: bed.kubeconfig },
      input: JSON.stringify(given),
    });
  const ofRelease = (release: string) =>
    getJson<Listed>(bed, ['-n', namespace, 'get', kinds, '-l', `app.kubernetes.io/instance=${release}`]);
  const untilGone = (release: string) =>
    until(`the end of release ${release}`, 60, async () => {
      const { items } = await ofRelease(release);
      return items.length === 0 ? true : undefined;
    });
  const snapshots = () => getJson<Listed>(bed, ['-n', namespace, 'get', 'volumesnapshots']);

  beforeAll(async () => {
    bed = await testbed();
    const [repository, tag] = bed.images.backupNs.ref.split(':');
    imageValues = { repository, tag, pullPolicy: 'Never' };
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await close(bed, namespace);
  });

  test('a release installs, says what is to be known, and its backup is made by the commands of its notes', async () => {
    const output = await helmWith(all({}), 'install', 'backup', `${checkout}/charts/backup-ns`);
    expect(output).toContain('has deletionPolicy Delete: who deletes this namespace deletes its backups');
    expect(output).not.toContain('labels of the pod');
    const [commands] = /^ {2}kubectl .* create job [^]*?done$/m.exec(output) ?? [];
    const log = await run('sh', ['-euc', commands ?? 'false'], { env: await withKubectl(bed) });
    expect(log).toContain('"msg":"checked"');
    expect(log).toContain('is deleted with their namespace');
    expect((await snapshots()).items).toHaveLength(1);
  });

  test('its pod is wished for on the node of the database, by labels that helm has found', async () => {
    const job = await bed.kubectl(['-n', namespace, 'get', 'cronjob', 'backup', '-o', 'json']);
    expect(job).toContain('"app": "shop"');
  });

  test('helm test says whether a backup would succeed, and why not', async () => {
    const good = await bed.helm(['test', 'backup', '--namespace', namespace, '--logs']);
    expect(good).toMatch(/Succeeded/);
    await helmWith(
      all({ settings: { ...settings, BAK_PVC_NAME: 'dta' } }),
      'upgrade',
      'backup',
      `${checkout}/charts/backup-ns`,
    );
    // With the log of the pod, which is gone then.
    const bad = await bed
      .helm(['test', 'backup', '--namespace', namespace])
      .catch((error: unknown) => String(error));
    expect(bad).toMatch(/failed/i);
    expect(bad).toContain("'dta'");
    const { items } = await getJson<Listed>(bed, ['-n', namespace, 'get', 'pods']);
    expect(items.map(({ metadata }) => metadata.name)).not.toContain('backup-dry-run');
    await bed.helm(['rollback', 'backup', '--namespace', namespace]);
  });

  test('an upgrade and a rollback leave alone what runs', async () => {
    const job = await startJob(bed, namespace, 'backup');
    await helmWith(all({ schedule: '5 5 * * *' }), 'upgrade', 'backup', `${checkout}/charts/backup-ns`);
    await bed.helm(['rollback', 'backup', '--namespace', namespace]);
    expect((await ending(bed, namespace, job)).exitCode).toBe(0);
    expect(
      await bed.kubectl(['-n', namespace, 'get', 'cronjob', 'backup', '-o', 'jsonpath={.spec.schedule}']),
    ).toBe('30 4 * * *');
  });

  test('the CronJob runs by itself', async () => {
    await helmWith(all({ schedule: '* * * * *' }), 'upgrade', 'backup', `${checkout}/charts/backup-ns`);
    const job = await until('a Job of the schedule', 150, async () => {
      const { items } = await getJson<Listed>(bed, ['-n', namespace, 'get', 'jobs']);
      return items.find(
        ({ metadata, status }) => /^backup-\d+$/.test(metadata.name) && status?.succeeded === 1,
      );
    });
    expect(job.status?.succeeded).toBe(1);
    await helmWith(all({ suspend: true }), 'upgrade', 'backup', `${checkout}/charts/backup-ns`);
  });

  test('a release with the longest name installs and backs up', async () => {
    const name = 'n'.repeat(53);
    await helmWith(
      all({ suspend: true, nearDatabase: 'required' }),
      'install',
      name,
      `${checkout}/charts/backup-ns`,
    );
    const { items } = await ofRelease(name);
    const cronJob = items.find(({ kind }) => kind === 'CronJob')?.metadata.name ?? '';
    await bed.kubectl(['-n', namespace, 'create', 'job', 'long', `--from=cronjob/${cronJob}`]);
    expect((await ending(bed, namespace, 'long')).exitCode).toBe(0);
    await bed.helm(['uninstall', name, '--namespace', namespace, '--wait']);
    expect(await untilGone(name)).toBe(true);
  });

  test('an admin of the namespace installs it without rights in the cluster', async () => {
    const admin = `system:serviceaccount:${namespace}:ns-admin`;
    await apply(bed, ...tenantObjects(namespace));
    const classes = await getJson<Listed>(bed, ['get', 'volumesnapshotclasses']);
    const named = { ...settings, BAK_VS_CLASS_NAME: classes.items[0]?.metadata.name };
    const given = { ...all({ settings: named, suspend: true }), rbac: { cluster: false } };
    await helmWith(given, 'install', 'tenant', `${checkout}/charts/backup-ns`, '--kube-as-user', admin);
    const ended = await runJob(bed, namespace, 'tenant');
    expect(ended).toMatchObject({ exitCode: 0 });
    await bed.helm(['uninstall', 'tenant', '--namespace', namespace, '--wait']);
  });

  test('uninstalled, it leaves the snapshots and nothing else that it has made', async () => {
    const before = (await snapshots()).items.length;
    await bed.helm(['uninstall', 'backup', '--namespace', namespace, '--wait']);
    expect(await untilGone('backup')).toBe(true);
    expect((await snapshots()).items).toHaveLength(before);
    expect(before).toBeGreaterThan(3);
  });
});

test('helm says of a host path that no pod will start where Pod Security does not allow it', async () => {
  const bed = await testbed();
  const set = 'create.settings.BAK_PVC_NAME=data,create.settings.BAK_DB_SKIP=true,locks.kind=hostPath';
  const args = ['install', 'x', `${checkout}/charts/backup-ns`, '--dry-run=server', '--set', set];
  const output = await bed.helm([...args, '--namespace', 'e2e-chart-restricted']);
  expect(output).toContain('Pod Security "restricted" of namespace e2e-chart-restricted allows no host path');
});

describe('the API server', () => {
  test.each(Object.entries(matrix))(
    'takes a release with %s, in a dry run with strict validation',
    async (_, values) => {
      const bed = await testbed();
      const namespace = 'e2e-chart-restricted';
      // A pod is looked at by more than its fields: what it names, such as its priority class, has to be there.
      const objects = (await rendered(values, { namespace })).filter(({ kind }) => kind !== 'Pod');
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      const output = await bed.kubectl(
        ['-n', namespace, 'apply', '--dry-run=server', '--validate=strict', '-f', '-'],
        JSON.stringify(list),
      );
      expect(output.trim().split('\n')).toHaveLength(objects.length);
    },
  );
});
