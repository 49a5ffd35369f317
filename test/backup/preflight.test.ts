import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { preflight } from '../../src/backup/preflight.ts';
import { checkClock } from '../../src/backup/check-clock.ts';
import { permissionsFor } from '../../src/backup/permissions.ts';
import { checkPermissions } from '../../src/kube/check-permissions.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { ProblemsError } from '../../src/core/errors.ts';
import {
  deployments,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  volumeSnapshotClasses,
} from '../../src/kube/resources.ts';
import { problemsOf as problemsIn } from '../../src/core/finding.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { bound, databasePod, goodCheck, Shop } from './shop.ts';

async function problemsOf(shop: Shop, environment: Record<string, string> = {}): Promise<readonly string[]> {
  const error = await rejectionOf(shop.backup(environment));
  expect(error).toBeInstanceOf(ProblemsError);
  expect(error).toHaveProperty('reason', 'preflight');
  expect(shop.calls.filter((call) => /^(create|patch)/.test(call))).toEqual([]);
  expect(shop.execs.length).toBeLessThanOrEqual(1);
  return (error as ProblemsError).problems;
}

describe('what is missing in permissions', () => {
  it('is one sentence for each resource, and nothing else is said', async () => {
    const shop = new Shop();
    for (const denied of ['get persistentvolumes', 'create volumesnapshots', 'patch volumesnapshots'])
      shop.kube.denied.add(denied);
    shop.kube.denied.add('create pods/exec');
    shop.kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'data' }));
    expect(await problemsOf(shop)).toEqual([
      'backup-user may not get persistentvolumes; grant it in the ClusterRole bound to it',
      "backup-user may not create, patch volumesnapshots.snapshot.storage.k8s.io in namespace 'shop'; grant it in the Role bound to it",
      "backup-user may not create pods/exec in namespace 'shop'; grant it in the Role bound to it",
    ]);
  });

  it('is said of the very objects that a right is needed for, where that is so', async () => {
    const shop = new Shop();
    const { settings } = shop.settings();
    const problems = async (...denied: string[]): Promise<readonly string[]> => {
      for (const one of denied) shop.kube.denied.add(one);
      return problemsIn(
        await checkPermissions(permissionsFor('shop', settings, shop.context.snapshots), shop.context),
      );
    };
    expect(await problems('patch leases', 'get deployments')).toEqual([
      "backup-user may not patch leases.coordination.k8s.io 'backup-ns' in namespace 'shop'; grant it in the Role bound to it",
      "backup-user may not get deployments.apps 'db' in namespace 'shop'; grant it in the Role bound to it",
    ]);
    expect(await problems('create leases')).toContain(
      "backup-user may not create, patch leases.coordination.k8s.io in namespace 'shop'; grant it in the Role bound to it",
    );
  });

  it('is asked about every verb that a backup uses', async () => {
    const shop = new Shop();
    await shop.backup();
    const used = new Set(shop.kube.calls.filter((call) => call !== 'exec' && !call.startsWith('review ')));
    for (const call of used) expect(shop.kube.calls).toContain(`review ${call}`);
    expect(shop.kube.calls).toContain('review create pods/exec');
    expect(shop.kube.calls).toContain('review get pods/exec');
  });

  it('does not include a list of pods where the pod is named, and nothing else is looked for', () => {
    const shop = new Shop();
    const { settings } = shop.settings({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'pod/db-0' });
    const wanted = permissionsFor('shop', settings, shop.context.snapshots);
    expect(wanted.filter(({ verb, plural }) => `${verb} ${plural}` === 'list pods')).toEqual([]);
    expect(wanted).toContainEqual({
      verb: 'get',
      group: '',
      plural: 'pods',
      namespace: 'shop',
      name: 'db-0',
    });
  });

  it('is said when nothing of the preflight is on its way any more', async () => {
    const shop = new Shop();
    shop.kube.denied.add('create volumesnapshots');
    const find = shop.kube.find.bind(shop.kube);
    const asked: string[] = [];
    const answered: string[] = [];
    shop.kube.find = async <T extends KubeObject>(...args: Parameters<typeof find>) => {
      asked.push(args[1].name);
      await delay(50);
      answered.push(args[1].name);
      return find<T>(...args);
    };
    const { settings } = shop.settings();
    await expect(preflight('shop', settings, shop.context)).rejects.toThrow('may not create');
    expect(asked).not.toEqual([]);
    expect(answered).toEqual(asked);
  });

  it('does not include the pods where there is no database', async () => {
    const shop = new Shop();
    for (const denied of ['list pods', 'create pods/exec', 'get deployments']) shop.kube.denied.add(denied);
    const result = await shop.backup({ BAK_DB_POSTGRES: '', BAK_DB_SKIP: 'true' });
    expect(result.dumps).toEqual([]);
    expect(shop.execs).toEqual([]);
  });
});

describe('problems', () => {
  it('include a clock that is wrong, for the backup would be dated by it', async () => {
    const shop = new Shop();
    shop.kube.time = new Date('2026-11-22T00:00:00Z');
    expect(await problemsOf(shop)).toEqual([
      expect.stringContaining("which is far behind the API server's 2026-11-22T00:00:00.000Z"),
    ]);
  });

  it('do not include that the API server does not say the time, which costs a warning', async () => {
    const shop = new Shop();
    shop.kube.serverTime = () => Promise.reject(kubeError(403, 'Forbidden'));
    expect((await shop.backup()).snapshots).toHaveLength(1);
    expect(shop.context.lines).toContainEqual(expect.objectContaining({ level: 40, reason: 'Forbidden' }));
  });

  it('are not looked for any more, nor warned of, when the backup is stopped meanwhile', async () => {
    const shop = new Shop();
    shop.kube.serverTime = () => {
      shop.context.stop.abort(new Error('stopped'));
      return Promise.reject(new Error('stopped'));
    };
    await expect(checkClock(shop.context)).rejects.toThrow('stopped');
    expect(shop.context.lines).toEqual([]);
  });

  it('of the class and of the database are reported together', async () => {
    const shop = new Shop();
    shop.kube.remove(volumeSnapshotClasses, 'fast');
    shop.check = {
      stdout: 'missing=gzip\ndirectory=/tmp\nspace=/dev/sdb 100 96 4 96% /\nuser=app\ndatabase=shop\nend\n',
    };
    expect(await problemsOf(shop)).toEqual([
      expect.stringContaining("There is no VolumeSnapshotClass for driver 'csi.example.com'"),
      expect.stringContaining('There is no gzip in container'),
      expect.stringContaining('is 96 % full'),
      expect.stringContaining('The dump file /data/dump.sql.gz would be on no PVC in container'),
    ]);
  });

  it('are of the PVC alone when it is not bound: the rest hangs on it', async () => {
    const shop = new Shop();
    const status = { phase: 'Pending' };
    shop.kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'data' }, { status }));
    shop.kube.remove(pods, 'db-1');
    expect(await problemsOf(shop)).toEqual([
      "PVC 'data' in namespace 'shop' is Pending, not Bound; describe it with: kubectl -n shop describe pvc data",
    ]);
    expect(shop.execs).toEqual([]);
  });

  it.each<[string, (shop: Shop) => unknown, string]>([
    [
      'a PVC that does not exist',
      ({ kube }) => kube.remove(persistentVolumeClaims, 'data'),
      "There is no PVC 'data'",
    ],
    [
      'a PVC without a volume',
      ({ kube }) =>
        kube.put(
          persistentVolumeClaims,
          object('PersistentVolumeClaim', { name: 'data' }, { status: { phase: 'Bound' } }),
        ),
      'not Bound',
    ],
    [
      'a volume of no CSI driver',
      ({ kube }) =>
        kube.put(persistentVolumes, object('PersistentVolume', { name: 'pv-1' }, { spec: { hostPath: {} } })),
      "is on volume 'pv-1', which no CSI driver provides",
    ],
    [
      'a driver without a class',
      ({ kube }) => kube.remove(volumeSnapshotClasses, 'fast'),
      'There is no VolumeSnapshotClass for driver',
    ],
    [
      'a workload that does not exist',
      ({ kube }) => kube.remove(deployments, 'db'),
      "There is no deployment 'db' in namespace 'shop'; set BAK_DB_POSTGRES_EXEC_RESOURCE",
    ],
    [
      'a workload without pods',
      ({ kube }) => kube.remove(pods, 'db-1'),
      "There is no pod of deployment 'db' in namespace 'shop'; scale it up",
    ],
    [
      'pods that have ended',
      ({ kube }) => kube.put(pods, { ...databasePod(), status: { phase: 'Failed' } }),
      'There is no pod of deployment',
    ],
    [
      'a pod that does not mount the PVC',
      ({ kube }) => kube.put(pods, { ...databasePod(), spec: { containers: [{ name: 'postgres' }] } }),
      "No pod of deployment 'db' in namespace 'shop' mounts PVC 'data'",
    ],
    [
      'a pod that is not ready',
      ({ kube }) => kube.put(pods, { ...databasePod(), status: { phase: 'Running' } }),
      "Pod 'db-1' of deployment 'db' in namespace 'shop' is not ready",
    ],
    [
      'two pods that are not ready',
      ({ kube }) => {
        for (const name of ['db-1', 'db-2']) kube.put(pods, { ...databasePod(name), status: {} });
      },
      "Pods 'db-1' and 'db-2' of deployment 'db' in namespace 'shop' are not ready; kubectl -n shop describe pod db-1 says why",
    ],
    [
      'two pods amid a rollout',
      ({ kube }) => kube.put(pods, databasePod('db-2')),
      "Pods 'db-1' and 'db-2' of deployment 'db' in namespace 'shop' are all ready, so it is not clear which one is meant; wait until its rollout is through, or set BAK_DB_POSTGRES_EXEC_RESOURCE to pod/NAME or to a label selector",
    ],
    [
      'a pod without the container',
      ({ kube }) =>
        kube.put(pods, {
          ...databasePod(),
          spec: { ...(databasePod()['spec'] as object), containers: [{ name: 'app' }] },
        }),
      "has no container 'postgres'; set BAK_DB_POSTGRES_EXEC_CONTAINER to one of: app",
    ],
    [
      'settings that the container refuses',
      (shop) => (shop.check = { exitCode: 64, stderr: 'variable X of the container is empty\n' }),
      "In container 'postgres' of pod 'db-1' in namespace 'shop': variable X of the container is empty",
    ],
    [
      'a check whose answer is cut short',
      (shop) => (shop.check = { stdout: 'directory=/data\n' }),
      'ended with exit status 0 before it was through',
    ],
    [
      'a password that PostgreSQL refuses',
      (shop) => (shop.check = { stdout: `refused=FATAL: no\n${goodCheck.stdout}` }),
      "PostgreSQL refuses database 'shop' at 127.0.0.1:5432 as user 'app'",
    ],
  ])('name %s', async (_, spoil, words) => {
    const shop = new Shop();
    spoil(shop);
    expect(await problemsOf(shop)).toEqual([expect.stringContaining(words)]);
  });

  it('are of an API server that does not answer, when it does not', async () => {
    const shop = new Shop();
    shop.kube.failNext('get persistentvolumeclaims', kubeError(0, 'NetworkError', 'connect ECONNREFUSED'));
    expect(await rejectionOf(shop.backup())).toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('connect ECONNREFUSED') as string,
    });
  });
});

it('a namespace that does not exist is named, and nothing else is said of it', async () => {
  const shop = new Shop();
  shop.kube.failNext('create leases', kubeError(404, 'NotFound', 'namespaces "shop" not found'));
  expect(await rejectionOf(shop.backup())).toMatchObject({
    reason: 'preflight',
    message: "There is no namespace 'shop'; set BAK_NAMESPACE to one of: kubectl get namespaces",
  });
});

it('a selector that selects nothing is to be corrected, and not only scaled up', async () => {
  const shop = new Shop();
  const resource = { BAK_DB_POSTGRES_EXEC_RESOURCE: 'app=shp' };
  expect(await rejectionOf(shop.backup(resource))).toMatchObject({
    message:
      "There is no pod of selector 'app=shp' in namespace 'shop'; start one, or set BAK_DB_POSTGRES_EXEC_RESOURCE to labels that are shown by: kubectl -n shop get pods --show-labels",
  });
});

it('a container that does not mount the PVC of the dump is told to mount it', async () => {
  const shop = new Shop();
  const pod = databasePod();
  const spec = pod['spec'] as { containers: { volumeMounts: unknown[] }[] };
  spec.containers[0]!.volumeMounts = [];
  shop.kube.put(pods, pod);
  expect(await problemsOf(shop)).toEqual([
    "The dump file /data/dump.sql.gz would be on no PVC in container 'postgres' of pod 'db-1'; it must be on PVC 'data', which is snapshotted: mount it in that container",
  ]);
});

it('a dump on another PVC of the pod is refused', async () => {
  const shop = new Shop();
  shop.kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'other' }, bound('pv-1')));
  const pod = databasePod();
  const spec = pod['spec'] as {
    volumes: unknown[];
    containers: { name?: string; volumeMounts: { name?: string; mountPath: string }[] }[];
  };
  spec.volumes.push({ name: 'other', persistentVolumeClaim: { claimName: 'other' } });
  const [mount] = spec.containers[0]!.volumeMounts;
  Object.assign(spec.containers, [
    ...spec.containers,
    { name: 'beside', volumeMounts: [{ ...mount, mountPath: '/beside' }] },
  ]);
  spec.containers[0]?.volumeMounts.push({ ...mount, name: 'other', mountPath: '/data/other' });
  shop.kube.put(pods, pod);
  shop.check = { stdout: goodCheck.stdout?.replace('directory=/data', 'directory=/data/other') ?? '' };
  expect(await problemsOf(shop)).toEqual([
    "The dump file /data/dump.sql.gz would be on PVC 'other' in container 'postgres' of pod 'db-1'; it must be on PVC 'data', which is snapshotted: set BAK_DB_POSTGRES_DUMP_FILE to a file below /data",
  ]);
});

it('a selector finds the one pod of several that is meant', async () => {
  const shop = new Shop();
  for (const [name, role] of [
    ['db-2', 'primary'],
    ['db-3', 'replica'],
  ] as const) {
    const pod = databasePod(name);
    shop.kube.put(pods, { ...pod, metadata: { ...pod.metadata, labels: { app: 'db', role } } });
  }
  await shop.backup({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'app=db,role=primary' });
  expect(new Set(shop.execs.map(({ pod }) => pod))).toEqual(new Set(['db-2']));
});

it('a pod that is going away does not count beside the one that follows it', async () => {
  const shop = new Shop();
  const old = databasePod('db-0');
  shop.kube.put(pods, { ...old, metadata: { ...old.metadata, deletionTimestamp: '2026-11-20T00:00:00Z' } });
  await shop.backup();
  expect(new Set(shop.execs.map(({ pod }) => pod))).toEqual(new Set(['db-1']));
});
