import { beforeAll, describe, expect, test } from 'vitest';
import { sampleAppManifests, volumeOf } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { runJob } from './job.ts';
import { freshNamespace, getJson, testbed, waitForRollout } from './support.ts';

const namespace = 'e2e-snapshots';
const app = { namespace, name: 'shop', password: 'secret', size: '300Mi' };

function snapshotClass(name: string, parameters: Record<string, string>): object {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotClass',
    metadata: { name },
    driver: 'hostdisk.csi.backup-ns.sh',
    deletionPolicy: 'Delete',
    parameters,
  };
}

describe('a storage that', () => {
  let bed: Testbed;

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    await apply(
      bed,
      ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }),
      snapshotClass('e2e-slow', { readyDelay: '2s' }),
      snapshotClass('e2e-broken', { error: 'the array is on fire' }),
      snapshotClass('e2e-flaky', { error: 'try again', errorTimes: '2' }),
    );
    await waitForRollout(bed, namespace, app.name);
  });

  async function backUpWith(className: string, timeout = '60s') {
    await installChart(bed, {
      namespace,
      release: className,
      settings: {
        BAK_PVC_NAME: volumeOf(app),
        BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/shop',
        BAK_VS_CLASS_NAME: className,
        BAK_VS_WAIT_UNTIL_READY_TIMEOUT: timeout,
      },
    });
    return runJob(bed, namespace, className);
  }

  test('takes its time is waited for', async () => {
    const ended = await backUpWith('e2e-slow');
    expect(ended.result).toMatchObject({ snapshots: [{ ready: true }] });
    expect(ended.exitCode).toBe(0);
  });

  test('fails at first is given another try, and its errors are shown', async () => {
    const ended = await backUpWith('e2e-flaky');
    expect(ended.log).toContain('try again');
    expect(ended.exitCode).toBe(0);
  });

  test('always fails leaves a snapshot without tiers that is marked as failed, and exit code 7', async () => {
    const ended = await backUpWith('e2e-broken', '5s');
    expect(ended.exitCode).toBe(7);
    expect(ended.result['error']).toMatch(
      /was not ready after 5 s; .*the storage says: .*the array is on fire/,
    );
    const { items } = await getJson<{
      items: {
        spec: { volumeSnapshotClassName: string };
        metadata: { labels: object; annotations: object };
      }[];
    }>(bed, ['-n', namespace, 'get', 'volumesnapshots']);
    const broken = items.find(({ spec }) => spec.volumeSnapshotClassName === 'e2e-broken')!;
    expect(broken.metadata.annotations).toHaveProperty(
      ['backup-ns.sh/failed'],
      expect.stringContaining('on fire'),
    );
    for (const tier of ['daily', 'weekly', 'monthly']) {
      expect(broken.metadata.labels).not.toHaveProperty([`backup-ns.sh/${tier}`]);
    }
  });
});
