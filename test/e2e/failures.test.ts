import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { runJob, type Ending } from './job.ts';
import { awkwardPassword, freshNamespace, inContainer, sql, testbed, waitForRollout } from './support.ts';

const namespace = 'e2e-failures';
const app = { namespace, name: 'shop', password: awkwardPassword, size: '400Mi' };
const unready = { namespace, name: 'starting', password: awkwardPassword, size: '300Mi', isUnready: true };

const good = { BAK_PVC_NAME: volumeOf(app), BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop' };

/** The one problem, in the words that `kubectl describe pod` shows; it comes before anything is changed. */
function expectPreflight(ended: Ending, sentence: RegExp): void {
  expect(ended.result).toEqual({
    error: expect.stringMatching(sentence) as string,
    reason: 'preflight',
    exitCode: 4,
    level: 'error',
  });
  expect(ended.exitCode).toBe(4);
  expect(ended.message).toContain(ended.result['error']);
  expect(ended.message).not.toMatch(/^\s+at /m);
}

describe('a backup that cannot be made', () => {
  let bed: Testbed;
  let oldDump: string;

  /** Content and times of the dump file. */
  const dumpState = () =>
    inContainer(
      bed,
      namespace,
      'deployment/shop',
      'cd /var/lib/postgresql/data; sha256sum dump.sql.gz; stat -c %Y.%i dump.sql.gz; ls',
    );

  const snapshots = () => bed.kubectl(['-n', namespace, 'get', 'volumesnapshots', '-o', 'name']);

  async function attempt(release: string, settings: Record<string, string>): Promise<Ending> {
    await installChart(bed, { namespace, release, settings: { ...good, ...settings } });
    return runJob(bed, namespace, release);
  }

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    const image = bed.images.postgres.ref;
    await apply(bed, ...sampleAppManifests({ ...app, image }), ...sampleAppManifests({ ...unready, image }));
    await waitForRollout(bed, namespace, app.name);
    await sql(bed, namespace, 'deployment/shop', 'create table t as select * from generate_series(1, 1000)');
    const first = await attempt('good', {});
    expect(first.exitCode).toBe(0);
    oldDump = await dumpState();
    await bed.kubectl(['-n', namespace, 'delete', 'volumesnapshots', '--all', '--wait']);
  });

  afterEach(async () => {
    expect(await dumpState()).toBe(oldDump);
    expect(await snapshots()).toBe('');
  });

  test('for want of the PVC says which one is missing and how to find others', async () => {
    const ended = await attempt('no-pvc', { BAK_PVC_NAME: 'nowhere' });
    expectPreflight(
      ended,
      /^There is no PVC 'nowhere' in namespace 'e2e-failures'; set BAK_NAMESPACE .* or BAK_PVC_NAME/,
    );
    const shown = await bed.kubectl(['-n', namespace, 'describe', 'cronjob/no-pvc']);
    expect(shown).toMatch(/Warning +BackupFailed .* exit code 4: There is no PVC 'nowhere'/);
  });

  test('for want of the snapshot class says which classes there are', async () => {
    const ended = await attempt('no-class', { BAK_VS_CLASS_NAME: 'nowhere' });
    expectPreflight(ended, /^There is no VolumeSnapshotClass 'nowhere'; set BAK_VS_CLASS_NAME .*hostdisk/);
  });

  test('because of a wrong password gives PostgreSQL its words', async () => {
    const ended = await attempt('wrong-password', { BAK_DB_POSTGRES_PASSWORD: `wrong'"$(id)` });
    expectPreflight(
      ended,
      /^PostgreSQL refuses database 'shop' .*password authentication failed.*BAK_DB_POSTGRES_USER/,
    );
    expect(ended.log).not.toContain(`wrong'"`);
  });

  test('because the volume is 95 % full says so before it is fuller', async () => {
    const data = '/var/lib/postgresql/data';
    const fill = `
      set -- $(df -Pk ${data} | tail -n 1)
      fallocate -l "$(( (($3 + $4) * 95 / 100 - $3) * 1024 ))" ${data}/pgdata/filler`;
    await inContainer(bed, namespace, 'deployment/shop', fill);
    try {
      const ended = await attempt('full', {});
      expectPreflight(
        ended,
        /is 9[4-6] % full, more than the 90 % of BAK_THRESHOLD_SPACE_USED_PERCENTAGE; free some space/,
      );
    } finally {
      await inContainer(bed, namespace, 'deployment/shop', `rm ${data}/pgdata/filler`);
    }
  });

  test('because the pod is not ready names it and how to look at it', async () => {
    const ended = await attempt('unready', {
      BAK_PVC_NAME: volumeOf(unready),
      BAK_DB_POSTGRES_EXEC_RESOURCE: `deployment/${unready.name}`,
    });
    expectPreflight(
      ended,
      /^Pod 'starting-.*' of deployment 'starting' .* is not ready; kubectl .* says why/,
    );
  });

  test('for want of an RBAC verb names the account, the verb and the resource', async () => {
    await installChart(bed, { namespace, release: 'no-verb', settings: good });
    const patch = [{ op: 'replace', path: '/rules/4/verbs', value: ['get', 'list', 'watch', 'patch'] }];
    await bed.kubectl([
      '-n',
      namespace,
      'patch',
      'role',
      'no-verb',
      '--type=json',
      '-p',
      JSON.stringify(patch),
    ]);
    expectPreflight(
      await runJob(bed, namespace, 'no-verb'),
      /^system:serviceaccount:e2e-failures:no-verb may not create volumesnapshots\.snapshot\.storage\.k8s\.io in namespace 'e2e-failures'; grant it in the Role/,
    );
  });

  test('because of wrong settings names all of them and is not tried again', async () => {
    // helm itself refuses such a name and such a number in create.settings.
    const extraEnv = [
      { name: 'BAK_PVC_NAMES', value: 'data' },
      { name: 'BAK_VS_RAND', value: 'six' },
    ];
    const values = { create: { settings: good, extraEnv, backoffLimit: 0 } };
    await installChart(bed, { namespace, release: 'settings', values });
    const ended = await runJob(bed, namespace, 'settings');
    expect(ended.exitCode).toBe(2);
    expect(ended.message).toMatch(/BAK_VS_RAND/);
    expect(ended.message).toMatch(/BAK_PVC_NAMES is not a setting of backup-ns; did you mean BAK_PVC_NAME\?/);
  });
});
