import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../scripts/run.ts';
import { claimFromSnapshot } from '../../scripts/sample-app.ts';
import { apply, checkout, installChart, type Testbed } from '../../scripts/testbed.ts';
import { runJob } from './job.ts';
import { snapshotClass } from './snapshot-class.ts';
import { storedOf } from './stored-snapshots.ts';
import { freshNamespace, getJson, testbed, until } from './support.ts';

/** Where the CronJob runs, and the namespace that is lost. */
const namespace = 'e2e-contents';
const shop = 'e2e-contents-shop';
const release = 'fleet';
const prefix = 'backup-ns.sh/';
const labels = {
  [`${prefix}pvc`]: 'data',
  [`${prefix}type`]: 'adhoc',
  [`${prefix}retain`]: 'days',
  [`${prefix}retain-days`]: '1',
  [`${prefix}delete-after`]: '2026-01-01',
};

interface Snapshot {
  metadata: { labels: Record<string, string> };
  status: { boundVolumeSnapshotContentName: string; readyToUse: boolean };
}

interface Content {
  metadata: { name: string; labels?: Record<string, string> };
  status: { snapshotHandle: string };
}

interface Rebound {
  content: string;
  droppedDate: string;
}

describe('the contents that a deleted namespace leaves behind', () => {
  let bed: Testbed;
  /** Of the first content, and the one that takes its place. */
  let handle: string;
  let first: string;
  let second: string;

  /** A person's command, on a machine of their own. */
  const backupNs = async <Result>(...args: string[]): Promise<Result> => {
    const bundle = join(checkout, 'dist', 'backup-ns.mjs');
    const env = { KUBECONFIG: bed.kubeconfig };
    return JSON.parse(await run(process.execPath, [bundle, ...args, '-o', 'json'], { env })) as Result;
  };
  const inShop = (...args: string[]) => bed.kubectl(['-n', shop, ...args]);
  const snapshot = () => getJson<Snapshot>(bed, ['-n', shop, 'get', 'volumesnapshot', 'night']);
  const content = (name: string) => getJson<Content>(bed, ['get', 'volumesnapshotcontent', name]);
  const isGone = async (name: string) => {
    const { items } = await getJson<{ items: Content[] }>(bed, ['get', 'volumesnapshotcontents']);
    return items.every(({ metadata }) => metadata.name !== name) || undefined;
  };

  beforeAll(async () => {
    bed = await testbed();
    for (const name of [namespace, shop]) await freshNamespace(bed, name);
    const spec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hostdisk',
      resources: { requests: { storage: '64Mi' } },
    };
    await apply(
      bed,
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: shop, name: 'data' }, spec },
      snapshotClass('e2e-retaining', 'Retain'),
      podWith('data'),
    );
    await inShop('wait', '--for=condition=Ready', 'pod/data', '--timeout=60s');
    await inShop('exec', 'data', '--', 'sh', '-c', 'echo kept >/data/file && sync');
    await apply(bed, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { namespace: shop, name: 'night', labels },
      spec: {
        volumeSnapshotClassName: 'e2e-retaining',
        source: { persistentVolumeClaimName: 'data' },
      },
    });
    await untilReady();
    first = (await snapshot()).status.boundVolumeSnapshotContentName;
    handle = (await content(first)).status.snapshotHandle;
    const settings = { SYNC_METADATA_NAMESPACES: shop };
    const values = { create: { enabled: false }, syncMetadata: { enabled: true, settings } };
    await installChart(bed, { namespace, release, values });
  });

  /** A pod that has the volume of this claim at /data. */
  function podWith(claim: string): object {
    const container = {
      name: 'main',
      image: bed.images.postgres.ref,
      imagePullPolicy: 'Never',
      command: ['sh', '-c', 'trap : TERM; sleep infinity & wait'],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim } }];
    const spec = { terminationGracePeriodSeconds: 0, containers: [container], volumes };
    const securityContext = { fsGroup: 999 };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: shop, name: claim },
      spec: { ...spec, securityContext },
    };
  }

  const untilReady = () =>
    inShop('wait', '--for=jsonpath={.status.readyToUse}=true', 'volumesnapshot/night', '--timeout=60s');

  test('say what their snapshots said, once sync-metadata has run with no more rights than it needs', async () => {
    const { exitCode, result } = await runJob(bed, namespace, `${release}-sync-metadata`, 'sync-metadata');
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({
      changed: [{ namespace: shop, name: 'night', content: first }],
      failed: [],
    });
    expect((await content(first)).metadata.labels).toEqual(labels);
    const again = await runJob(bed, namespace, `${release}-sync-metadata`, 'sync-metadata');
    expect(again.result).toMatchObject({ snapshots: 1, changed: [] });
  });

  test('bring their snapshots back with rebind, labels and data, but without a date to go', async () => {
    await bed.kubectl(['delete', 'namespace', shop, '--wait', '--timeout=120s']);
    await expect(backupNs('rebind', first)).rejects.toThrow(`kubectl create namespace ${shop}`);
    await bed.kubectl(['create', 'namespace', shop]);
    const rebound = await backupNs<Rebound>('rebind', first);
    expect(rebound).toMatchObject({ droppedDate: '2026-01-01', oldContent: first });
    second = rebound.content;
    const { metadata, status } = await snapshot();
    expect(status).toMatchObject({ boundVolumeSnapshotContentName: second, readyToUse: true });
    const { [`${prefix}delete-after`]: _, ...kept } = labels;
    expect(metadata.labels).toEqual(kept);
    await until('the old content to go', 60, () => isGone(first));
    expect(await storedOf(bed, [handle])).toEqual([handle]);
    expect(await backupNs('rebind', first)).toMatchObject({ wasDone: true, content: second });
  });

  test('give back the files as they were', async () => {
    await apply(bed, claimFromSnapshot(shop, 'restored', 'night', '64Mi'), podWith('restored'));
    await inShop('wait', '--for=condition=Ready', 'pod/restored', '--timeout=60s');
    expect(await inShop('exec', 'restored', '--', 'cat', '/data/file')).toBe('kept\n');
    await inShop('delete', 'pod/restored', 'pvc/restored', '--wait', '--timeout=60s');
  });

  test('go with their data when they are deleted as orphans, and not before they are', async () => {
    await expect(backupNs('delete-orphan', second, '--yes')).rejects.toThrow("VolumeSnapshot 'night'");
    await inShop('delete', 'volumesnapshot', 'night', '--wait', '--timeout=60s');
    expect(await storedOf(bed, [handle])).toEqual([handle]);
    expect(await backupNs('delete-orphan', second, '--yes')).toMatchObject({ snapshotHandle: handle });
    await until('the content to go', 60, () => isGone(second));
    expect(await storedOf(bed, [handle])).toEqual([]);
  });
});
