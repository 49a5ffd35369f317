import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../scripts/run.ts';
import { apply, checkout, type Testbed } from '../../scripts/testbed.ts';
import { storedOf, type SnapshotContent } from './stored-snapshots.ts';
import { freshNamespace, getJson, testbed, until } from './support.ts';

const namespace = 'e2e-by-hand';
const snapshotApi = 'snapshot.storage.k8s.io/v1';
const bundle = join(checkout, 'dist', 'backup-ns.mjs');

function volumeClaim(): object {
  const resources = { requests: { storage: '64Mi' } };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'hostdisk', resources };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name: 'data' }, spec };
}

/** Its contents, and the data with them, would outlive their VolumeSnapshots. */
const retaining = {
  apiVersion: snapshotApi,
  kind: 'VolumeSnapshotClass',
  metadata: { name: 'e2e-by-hand-retaining' },
  driver: 'hostdisk.csi.backup-ns.sh',
  deletionPolicy: 'Retain',
};

function snapshot(name: string): object {
  const labels = { 'backup-ns.sh/pvc': 'data', 'backup-ns.sh/retain': 'daily_weekly_monthly' };
  const source = { persistentVolumeClaimName: 'data' };
  const spec = { volumeSnapshotClassName: retaining.metadata.name, source };
  return { apiVersion: snapshotApi, kind: 'VolumeSnapshot', metadata: { namespace, name, labels }, spec };
}

/** A pod that has the volume of the claim in `/data`. */
function podWith(claim: string, image: string): object {
  const container = {
    name: 'main',
    image,
    imagePullPolicy: 'Never',
    command: ['sh', '-c', 'trap : TERM; sleep infinity & wait'],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const spec = {
    terminationGracePeriodSeconds: 0,
    // The image's user, to whom the volume shall belong.
    securityContext: { fsGroup: 999 },
    containers: [container],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: `with-${claim}` }, spec };
}

describe('a person', () => {
  let bed: Testbed;
  const handles: string[] = [];

  const kubectl = (...args: string[]) => bed.kubectl(['-n', namespace, ...args]);
  const backupNs = async (...args: string[]): Promise<unknown> => {
    const words = [bundle, ...args, '--namespace', namespace, '--output', 'json'];
    return JSON.parse(await run(process.execPath, words, { env: { KUBECONFIG: bed.kubeconfig } }));
  };
  const inPod = (claim: string, script: string) => kubectl('exec', `with-${claim}`, '--', 'sh', '-c', script);
  const startPod = async (claim: string): Promise<void> => {
    await apply(bed, podWith(claim, bed.images.postgres.ref));
    await kubectl('wait', '--for=condition=Ready', `pod/with-${claim}`, '--timeout=60s');
  };

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    await apply(bed, retaining, volumeClaim());
    await startPod('data');
    for (const name of ['monday', 'tuesday']) {
      await inPod('data', `echo ${name} >/data/day && sync`);
      await apply(bed, snapshot(name));
      const isReady = '--for=jsonpath={.status.readyToUse}=true';
      await kubectl('wait', isReady, `volumesnapshot/${name}`, '--timeout=60s');
      const path = '-o=jsonpath={.status.boundVolumeSnapshotContentName}';
      const content = await kubectl('get', 'volumesnapshot', name, path);
      const { status } = await getJson<SnapshotContent>(bed, ['get', 'volumesnapshotcontent', content]);
      handles.push(status?.snapshotHandle ?? '');
    }
  });

  test('restores a snapshot to a volume of its own, whose files are those of that day', async () => {
    const args = ['restore', 'monday', '--pvc', 'restored', '--wait'];
    expect(await backupNs(...args)).toMatchObject({
      size: '64Mi',
      storageClass: 'hostdisk',
      bound: true,
      existed: false,
    });
    await startPod('restored');
    expect(await inPod('restored', 'cat /data/day')).toBe('monday\n');
    expect(await inPod('data', 'cat /data/day')).toBe('tuesday\n');
    expect(await backupNs(...args)).toMatchObject({ bound: true, existed: true });
  });

  test('holds a snapshot, which cannot be deleted until it is released', async () => {
    await backupNs('hold', 'monday');
    await expect(backupNs('delete', 'monday', '--yes')).rejects.toThrow(/ended with 3: .*held by a user/s);
    expect(await backupNs('release', 'monday')).toMatchObject({ released: [{ wasHeld: true }] });
  });

  test('deletes a snapshot with its data, which would be retained, but not the last', async () => {
    expect(await storedOf(bed, handles)).toEqual(handles);
    await expect(backupNs('delete', 'monday', 'tuesday', '--yes')).rejects.toThrow(
      /ended with 3: .*'tuesday' .*the last ready backup/s,
    );
    const [, tuesday] = handles;
    await until('the data of monday to go', 60, async () =>
      (await storedOf(bed, handles)).length === 1 ? true : undefined,
    );
    expect(await storedOf(bed, handles)).toEqual([tuesday]);
    expect(await inPod('restored', 'cat /data/day')).toBe('monday\n');
  });

  test('deletes even the last one when told to', async () => {
    const deleted = [{ name: 'tuesday', wasGone: false }];
    expect(await backupNs('delete', 'tuesday', '--yes', '--even-the-last')).toMatchObject({ deleted });
    await until('the data of tuesday to go', 60, async () =>
      (await storedOf(bed, handles)).length === 0 ? true : undefined,
    );
  });
});
