import { beforeAll, describe, expect, test } from 'vitest';
import { claimFromSnapshot } from '../../scripts/sample-app.ts';
import { apply, installChart, type Testbed } from '../../scripts/testbed.ts';
import { runJob, type Ending } from './job.ts';
import { storedOf, type SnapshotContent } from './stored-snapshots.ts';
import { dayInName, freshNamespace, getJson, testbed, until } from './support.ts';

const namespace = 'e2e-group';
const pvcs = ['data', 'files'];
const prefix = 'backup-ns.sh/';

/** Counts on both volumes, one after the other, as fast as it can; a number is never shorter than the one before. */
const count =
  'i=10000000; while :; do i=$((i+1)); printf %s "$i" 1<>/data/n; printf %s "$i" 1<>/files/n; done';

interface MadeSnapshot {
  readonly name: string;
  readonly pvc: string;
  readonly group?: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface VolumeSnapshot {
  metadata: { name: string; labels: Record<string, string> };
  status: { boundVolumeSnapshotContentName: string; volumeGroupSnapshotName?: string };
}

/** A pod that has each claim at the path beside it. */
function pod(name: string, image: string, claims: Record<string, string>, script: string): object {
  const entries = Object.entries(claims).map(([claim, mountPath]) => ({ name: claim, mountPath }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'main',
          image,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', script],
          // So that it may freeze filesystems.
          securityContext: { privileged: true, runAsUser: 0 },
          volumeMounts: entries,
        },
      ],
      volumes: entries.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: name } })),
    },
  };
}

describe('a backup of two volumes that are written to', () => {
  let bed: Testbed;
  let members: readonly MadeSnapshot[];

  const kubectl = (...args: string[]) => bed.kubectl(['-n', namespace, ...args]);

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    const spec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hostdisk',
      resources: { requests: { storage: '64Mi' } },
    };
    const labels = { backup: 'together' };
    const claim = (name: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace, name, labels },
      spec,
    });
    await apply(bed, ...pvcs.map(claim));
    await startPod('writer', { data: '/data', files: '/files' }, count);
    await kubectl('exec', 'writer', '--', 'sh', '-c', 'until [ -s /files/n ]; do sleep 0.1; done');
  });

  async function startPod(name: string, claims: Record<string, string>, script: string): Promise<void> {
    await apply(bed, pod(name, bed.images.postgres.ref, claims, script));
    await kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
  }

  /** Runs `create` by a release of its own. */
  async function create(release: string, settings: Record<string, string>): Promise<Ending> {
    const files = { BAK_PVC_NAME: pvcs.join(','), BAK_DB_POSTGRES: 'false', BAK_DB_SKIP: 'true' };
    await installChart(bed, { namespace, release, settings: { ...files, ...settings } });
    return runJob(bed, namespace, release);
  }

  /** Makes a backup; gives its snapshots. */
  async function backUp(release: string, settings: Record<string, string>): Promise<readonly MadeSnapshot[]> {
    const { exitCode, result, log } = await create(release, settings);
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.any(String) as string });
    const made = result['snapshots'] as readonly MadeSnapshot[];
    expect(made.map(({ pvc }) => pvc)).toEqual(pvcs);
    return made;
  }

  /** By how much the count on `data` was ahead of that on `files`, by what is restored from their snapshots. */
  async function lead(release: string, made: readonly MadeSnapshot[]): Promise<number> {
    const claims = made.map(({ pvc, name }) => ({
      name: `${release}-${pvc}`,
      snapshot: name,
      path: `/${pvc}`,
    }));
    await apply(
      bed,
      ...claims.map(({ name, snapshot }) => claimFromSnapshot(namespace, name, snapshot, '64Mi')),
    );
    const mounts = Object.fromEntries(claims.map(({ name, path }) => [name, path]));
    await startPod(`${release}-restored`, mounts, 'sleep infinity');
    const read = await kubectl(
      'exec',
      `${release}-restored`,
      '--',
      'sh',
      '-c',
      'echo $(cat /data/n) $(cat /files/n)',
    );
    await kubectl('delete', 'pod', `${release}-restored`);
    const [data = 0, files = 0] = read.split(' ').map(Number);
    expect(Math.min(data, files)).toBeGreaterThan(10_000_000);
    return data - files;
  }

  test('as a group snapshot has both of one moment', async () => {
    members = await backUp('together', { BAK_VS_GROUP_SELECTOR: 'backup=together' });
    const [{ group = '', labels }] = members as [MadeSnapshot];
    const made = await getJson<{ spec: object }>(bed, ['-n', namespace, 'get', 'volumegroupsnapshot', group]);
    expect(made).toMatchObject({
      metadata: { labels: { [`${prefix}backup`]: labels[`${prefix}backup`] } },
      status: { readyToUse: true },
    });
    expect([0, 1]).toContain(await lead('together', members));
  });

  test('has members that carry the labels of their PVC and of their tiers', async () => {
    for (const { name, pvc, group } of members) {
      const { metadata, status } = await getJson<VolumeSnapshot>(bed, [
        '-n',
        namespace,
        'get',
        'volumesnapshot',
        name,
      ]);
      expect(metadata.labels).toMatchObject({
        [`${prefix}pvc`]: pvc,
        [`${prefix}retain`]: 'daily_weekly_monthly',
        [`${prefix}daily`]: dayInName(group ?? ''),
      });
      expect(status.volumeGroupSnapshotName).toBe(group);
    }
  });

  test('leaves nothing behind when the storage cannot make the group', async () => {
    const failing = {
      apiVersion: 'groupsnapshot.storage.k8s.io/v1',
      kind: 'VolumeGroupSnapshotClass',
      metadata: { name: 'e2e-group-failing' },
      driver: 'hostdisk.csi.backup-ns.sh',
      deletionPolicy: 'Delete',
      parameters: { error: 'the array is on fire' },
    };
    await apply(bed, failing);
    const settings = {
      BAK_VS_GROUP_SELECTOR: 'backup=together',
      BAK_VS_GROUP_CLASS_NAME: failing.metadata.name,
      BAK_QUIESCE_TIMEOUT: '5s',
    };
    const { exitCode, message } = await create('failing', settings);
    expect(exitCode).toBe(7);
    expect(message).toContain('did not cut VolumeGroupSnapshot');
    expect(message).toContain('the array is on fire');
    await until('the group to go', 60, async () => {
      const groups = await kubectl('get', 'volumegroupsnapshots', '-o', 'name');
      return groups.trim().split('\n').length === 1 || undefined;
    });
    const contents = await getJson<{ items: { spec: { volumeGroupSnapshotClassName: string } }[] }>(bed, [
      'get',
      'volumegroupsnapshotcontents',
    ]);
    const classes = contents.items.map(({ spec }) => spec.volumeGroupSnapshotClassName);
    expect(classes).not.toContain(failing.metadata.name);
  });

  test('has both of one moment without a group, too, when the filesystems are frozen', async () => {
    const made = await backUp('frozen', { BAK_QUIESCE: 'fsfreeze' });
    await kubectl('delete', 'pod', 'writer');
    expect(made[0]).not.toHaveProperty('group');
    expect([0, 1]).toContain(await lead('frozen', made));
  });

  test('is deleted by mark-and-delete as a whole, once the days of all its members are over', async () => {
    await installChart(bed, {
      namespace,
      release: 'fleet',
      values: {
        create: { enabled: false },
        markAndDelete: {
          enabled: true,
          settings: { MARK_AND_DELETE_NAMESPACES: namespace, MARK_AND_DELETE_PAUSE: '0' },
        },
      },
    });
    const run = () => runJob(bed, namespace, 'fleet-mark-and-delete', 'mark-and-delete');
    const handles: string[] = [];
    for (const { name } of members) {
      const { status } = await getJson<VolumeSnapshot>(bed, ['-n', namespace, 'get', 'volumesnapshot', name]);
      const content = status.boundVolumeSnapshotContentName;
      const found = await getJson<SnapshotContent>(bed, ['get', 'volumesnapshotcontent', content]);
      handles.push(found.status?.snapshotHandle ?? '');
    }
    expect(await storedOf(bed, handles)).toHaveLength(2);

    const [first, second] = members.map(({ name }) => name) as [string, string];
    const date = (name: string) =>
      kubectl('label', 'volumesnapshot', name, `${prefix}delete-after=2025-02-01`);
    await date(first);
    const waiting = await run();
    expect(waiting.exitCode).toBe(0);
    expect(waiting.result).toMatchObject({
      deleted: [],
      left: 1,
      others: [{ name: first, fate: 'wait', reason: expect.stringContaining(`'${second}'`) }],
    });

    await date(second);
    const done = await run();
    expect(done.exitCode).toBe(0);
    expect(done.result).toMatchObject({ failed: [], left: 0 });
    expect(done.result['deleted']).toHaveLength(2);
    await until('the group to go', 60, async () => {
      const left = await kubectl('get', 'volumegroupsnapshots,volumesnapshots', '-o', 'name');
      return left.includes(first) || left.includes(second) || left.includes('group') ? undefined : true;
    });
    await until('the data to go', 60, async () => {
      return (await storedOf(bed, handles)).length === 0 || undefined;
    });
  });
});
