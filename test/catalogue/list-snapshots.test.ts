import { expect, it } from 'vitest';
import { listSnapshots } from '../../src/catalogue/list-snapshots.ts';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { testContext } from '../support/context.ts';
import { FakeKube, kubeError } from '../support/fake-kube.ts';
import { everything, snapshotOf } from './support.ts';

async function namesIn(kube: FakeKube, wanted = everything): Promise<string[]> {
  const { snapshots } = await listSnapshots('shop', wanted, testContext(kube));
  return snapshots.map(({ name }) => name);
}

it('the order is that of namespaces, then volumes, then time, then names', async () => {
  const kube = new FakeKube();
  const put = (name: string, namespace: string, pvc: string, creationTimestamp: string) =>
    kube.put(
      volumeSnapshots,
      snapshotOf(name, { metadata: { namespace, labels: { [label.pvc]: pvc }, creationTimestamp } }),
    );
  put('f', 'shop', 'media', '2026-11-01T00:00:00Z');
  put('e', 'shop', 'data', '2026-11-03T00:00:00Z');
  put('d', 'shop', 'data', '2026-11-02T00:00:00Z');
  put('c', 'shop', 'data', '2026-11-02T00:00:00Z');
  put('a', 'blog', 'data', '2026-11-21T00:00:00Z');
  expect(await namesIn(kube)).toEqual(['a', 'c', 'd', 'e', 'f']);
});

it('what carries a label of ours is shown, whoever made it, and nothing else', async () => {
  const kube = new FakeKube();
  const put = (name: string, labels: Record<string, string>) =>
    kube.put(
      volumeSnapshots,
      snapshotOf(name, { metadata: { labels, annotations: { [annotation.dump]: '{}' } } }),
    );
  put('dated', { [label.deleteAfter]: '2026-12-01' });
  put('held', { [label.hold]: 'true' });
  put('mistyped', { 'backup-ns.sh/delete_after': '2026-12-01' });
  put('foreign', { app: 'data' });
  expect(await namesIn(kube)).toEqual(['dated', 'held', 'mistyped']);
  expect(await namesIn(kube, { ...everything, held: true })).toEqual(['held']);
});

it.each([
  [403, 'shop', /^You may not see the snapshots of namespace 'shop'; name another with -n/],
  [403, undefined, /^You may not see the snapshots of all namespaces; name one of yours with -n/],
  [404, 'shop', /^This cluster knows no VolumeSnapshots; install the CRDs/],
])('an answer %i in %s is one sentence that says what to do', async (status, scope, words) => {
  const kube = new FakeKube();
  kube.failNext('list volumesnapshots', kubeError(status, 'No', "the server's own words"));
  const error = listSnapshots(scope, everything, testContext(kube));
  await expect(error).rejects.toMatchObject({ reason: 'preflight', message: expect.stringMatching(words) });
  await expect(error).rejects.toThrow("(the server's own words)");
});

it('any other failure stays what it is', async () => {
  const kube = new FakeKube();
  const failure = kubeError(500, 'InternalError');
  kube.failNext('list volumesnapshots', failure);
  await expect(listSnapshots('shop', everything, testContext(kube))).rejects.toBe(failure);
});

it('the backups of a PVC that had the same name before are marked, and those that say no uid are of the oldest', async () => {
  const kube = new FakeKube();
  const put = (name: string, creationTimestamp: string, uid?: string) =>
    kube.put(
      volumeSnapshots,
      snapshotOf(name, {
        metadata: {
          labels: { [label.pvc]: 'data', ...(uid !== undefined && { [label.pvcUid]: uid }) },
          creationTimestamp,
        },
      }),
    );
  put('ancient', '2026-11-01T00:00:00Z');
  put('first', '2026-11-02T00:00:00Z', 'first-uid');
  const earlier = async () => {
    const { snapshots } = await listSnapshots('shop', everything, testContext(kube));
    return snapshots.filter(({ earlierVolume }) => earlierVolume).map(({ name }) => name);
  };
  expect(await earlier()).toEqual([]);
  put('anew', '2026-11-03T00:00:00Z', 'second-uid');
  expect(await earlier()).toEqual(['ancient', 'first']);
});
