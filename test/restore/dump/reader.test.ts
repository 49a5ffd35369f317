import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { pods } from '../../../src/kube/resources.ts';
import { openReader, removeLeftovers, type ReaderWish } from '../../../src/restore/dump/reader.ts';
import { readerManifest } from '../../../src/restore/dump/reader-manifest.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';

const wish: ReaderWish = {
  namespace: 'shop',
  snapshot: 'monday',
  purpose: 'download',
  claim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {}, spec: {} },
  owner: 999,
  place: { image: 'backup-ns' },
  timeoutMilliseconds: 60_000,
};
const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

test.each<[string, (pod: KubeObject) => KubeObject]>([
  ['leaves it as it is', (pod) => pod],
  [
    'puts a container before it',
    (pod) => ({
      ...pod,
      spec: {
        ...(pod.spec as object),
        containers: [{ name: 'istio-proxy' }, ...(pod.spec as { containers: object[] }).containers],
      },
    }),
  ],
  ['takes its labels', (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: {} } })],
])('the pod that reads a snapshot goes with its reader, where an admission %s', async (_, admit) => {
  const kube = new FakeKube();
  kube.onCreate = (made) => {
    if (made.kind === 'Pod') kube.put(pods, { ...admit(made), status: running });
  };
  const context = testContext(kube);
  const reader = await openReader(wish, new RecordingCaller(), context);
  expect(kube.all(pods)).toHaveLength(1);
  await reader[Symbol.asyncDispose]();
  expect(kube.all(pods)).toEqual([]);
});

const constraint = 'unable to validate against any security context constraint';

/** Of a cluster that refuses the first pod. */
function refusing(message: string): FakeKube {
  const kube = new FakeKube();
  kube.failNext('create pods', kubeError(403, 'Forbidden', message));
  kube.onCreate = (made) => kube.put(pods, { ...made, status: running });
  return kube;
}

test('a cluster that takes no user of ours gives the pod one', async () => {
  const kube = refusing(constraint);
  await using _reader = await openReader(
    { ...wish, owner: undefined },
    new RecordingCaller(),
    testContext(kube),
  );
  expect(JSON.stringify(kube.all(pods))).not.toMatch(/runAsUser|runAsGroup|fsGroup/);
  expect(kube.calls.filter((call) => call === 'create pods')).toHaveLength(2);
});

test.each([
  ['for another reason', 'exceeded quota', undefined],
  ['as the owner of the files', constraint, 999],
])('a pod that is refused %s is not tried as anybody', async (_, message, owner) => {
  const kube = refusing(message);
  const opened = openReader({ ...wish, owner }, new RecordingCaller(), testContext(kube));
  await expect(opened).rejects.toThrow(message);
  expect(kube.all(pods)).toEqual([]);
});

test.each([
  ['has ended', { phase: 'Succeeded' }, 0, true],
  ['has got no node for a day', { phase: 'Pending' }, 25, true],
  ['gets a node soon', { phase: 'Pending' }, 1, false],
  ['reads for somebody else', running, 25, false],
])('the pod of an earlier run that %s is removed, or not', async (_, status, hours, goes) => {
  const kube = new FakeKube();
  const context = testContext(kube);
  const made = new Date(context.clock.now().getTime() - hours * 3_600_000).toISOString();
  const pod = readerManifest({ ...wish, name: 'backup-ns-reader-old' });
  const metadata = { ...pod.metadata, uid: 'uid-old', creationTimestamp: made };
  kube.put(pods, { ...pod, metadata, status });
  await removeLeftovers('shop', { purpose: 'restore', isAlone: true }, context);
  expect(kube.all(pods).length).toBe(goes ? 0 : 1);
});
