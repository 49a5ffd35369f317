import { expect, it } from 'vitest';
import { describeSnapshot } from '../../src/catalogue/describe-snapshot.ts';
import { persistentVolumeClaims, volumeSnapshotContents, volumeSnapshots } from '../../src/kube/resources.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { testContext } from '../support/context.ts';
import { FakeKube, kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { snapshotOf } from './support.ts';

/** Snapshot `night` of PVC `data`, with its content; the claim is as the test wants it. */
function clusterWith({
  labels = {},
  annotations = {},
  managedFields,
}: {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: unknown;
} = {}): FakeKube {
  const kube = new FakeKube();
  const metadata = {
    labels: { [label.pvc]: 'data', [label.backup]: 'one', ...labels },
    annotations,
    ...(managedFields !== undefined && { managedFields }),
  };
  const status = { boundVolumeSnapshotContentName: 'content-1' };
  kube.put(volumeSnapshots, snapshotOf('night', { metadata, status }));
  const spec = { driver: 'folders', deletionPolicy: 'Delete' };
  kube.put(volumeSnapshotContents, object('VolumeSnapshotContent', { name: 'content-1' }, { spec }));
  return kube;
}

const describedIn = (kube: FakeKube) =>
  describeSnapshot({ namespace: 'shop', name: 'night' }, testContext(kube));

it.each([
  ['same', { uid: 'uid-1' }, { [label.pvcUid]: 'uid-1' }],
  ['another', { uid: 'uid-2' }, { [label.pvcUid]: 'uid-1' }],
  ['another', { uid: 'uid-2', creationTimestamp: '2026-11-21T05:00:00Z' }, {}],
  ['unknown', { uid: 'uid-2', creationTimestamp: '2026-01-01T00:00:00Z' }, {}],
] as const)('the PVC of a snapshot is %s: %o with labels %o', async (state, claim, labels) => {
  const kube = clusterWith({ labels });
  kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name: 'data', ...claim }));
  expect(await describedIn(kube)).toMatchObject({ claim: { state, uid: claim.uid } });
});

it('a PVC that is not there is gone, and one that may not be looked at is unseen', async () => {
  const kube = clusterWith();
  expect((await describedIn(kube)).claim).toEqual({ state: 'gone' });
  kube.failNext('get persistentvolumeclaims', kubeError(403, 'Forbidden'));
  expect((await describedIn(kube)).claim).toEqual({ state: 'unseen' });
});

it('a PVC is unknown where the snapshot names none that can be', async () => {
  const kube = new FakeKube();
  for (const pvc of ['..', 'a/../b', 'A_b', 'x'.repeat(63)]) {
    const metadata = { labels: { [label.pvc]: pvc } };
    kube.put(volumeSnapshots, snapshotOf('night', { metadata, spec: { source: {} } }));
    expect((await describedIn(kube)).claim).toEqual({ state: 'unknown' });
  }
});

it('what the storage has of it is there, lost with its content, or unseen by who may not look', async () => {
  const kube = clusterWith();
  expect((await describedIn(kube)).storage).toEqual({
    data: 'there',
    driver: 'folders',
    deletionPolicy: 'Delete',
  });
  kube.failNext('get volumesnapshotcontents', kubeError(403, 'Forbidden'));
  expect((await describedIn(kube)).storage).toEqual({ data: 'unseen' });
  kube.remove(volumeSnapshotContents, 'content-1');
  expect((await describedIn(kube)).storage).toEqual({ data: 'lost' });
  kube.put(volumeSnapshots, snapshotOf('night', { status: { readyToUse: false } }));
  expect((await describedIn(kube)).storage).toEqual({ data: 'none' });
});

it('the other snapshots of its backup are named, and those of others are not', async () => {
  const kube = clusterWith();
  const put = (name: string, pvc: string, backup: string, ready = true) =>
    kube.put(
      volumeSnapshots,
      snapshotOf(name, {
        metadata: { labels: { [label.pvc]: pvc, [label.backup]: backup } },
        spec: { source: { persistentVolumeClaimName: pvc } },
        status: { readyToUse: ready },
      }),
    );
  put('media-1', 'media', 'one');
  put('files-1', 'files', 'one', false);
  put('media-2', 'media', 'two');
  expect((await describedIn(kube)).others).toEqual([
    { name: 'files-1', pvc: 'files', ready: false },
    { name: 'media-1', pvc: 'media', ready: true },
  ]);
  kube.failNext('list volumesnapshots', kubeError(403, 'Forbidden'));
  expect((await describedIn(kube)).others).toBeUndefined();
});

it('who holds it is said as the API server remembers it', async () => {
  const fieldsV1 = { 'f:metadata': { 'f:labels': { 'f:backup-ns.sh/hold': {} } } };
  const held = { labels: { [label.hold]: 'true' } };
  const managedFields = [
    { manager: 'backup-ns', fieldsV1: { 'f:metadata': {} } },
    { manager: 'kubectl-label', time: '2026-11-20T10:00:00Z', fieldsV1 },
  ];
  expect(await describedIn(clusterWith({ ...held, managedFields }))).toMatchObject({
    next: 'stays until it is released: held by a user',
    heldBy: { program: 'kubectl-label', since: '2026-11-20T10:00:00Z' },
  });
  for (const odd of [undefined, {}, [null, { manager: 1, fieldsV1 }, { manager: 'x', fieldsV1: 'no' }]]) {
    const { heldBy, held: how } = await describedIn(clusterWith({ ...held, managedFields: odd }));
    expect({ heldBy, how }).toEqual({ heldBy: undefined, how: 'label' });
  }
});

it('of recorded dumps only what can be read is there, and a list of many stands for all', async () => {
  const sha256 = 'ab'.repeat(32);
  const record = [
    { engine: 'mysql', database: 'shop', path: '/d', bytes: 5, sha256, warnings: ['slow', 7] },
    { engine: 'x'.repeat(5000), bytes: -1, sha256: 'no', replica: { lagSeconds: 3 } },
    { engine: 'postgres', dumps: 120, bytes: 9, list: { path: '/list.json', sha256, bytes: 2 } },
    'odd',
  ];
  const { dumps } = await describedIn(
    clusterWith({ annotations: { [annotation.dump]: JSON.stringify(record) } }),
  );
  expect(dumps).toEqual([
    { engine: 'mysql', database: 'shop', path: '/d', bytes: 5, sha256, warnings: ['slow'] },
    { lagSeconds: 3, warnings: [] },
    { engine: 'postgres', dumps: 120, path: '/list.json', bytes: 9, sha256, warnings: [] },
  ]);
});

it('a snapshot that is not there is named, with where one finds its name', async () => {
  await expect(describedIn(new FakeKube())).rejects.toMatchObject({
    reason: 'preflight',
    message: expect.stringMatching(
      /'night' in namespace 'shop'; find its name .* backup-ns list -A$/,
    ) as string,
  });
});

it('who may not see snapshots is told what to ask for', async () => {
  const kube = clusterWith();
  kube.failNext('get volumesnapshots', kubeError(403, 'Forbidden'));
  await expect(describedIn(kube)).rejects.toThrow(/You may not see the snapshots of namespace 'shop'/);
});
