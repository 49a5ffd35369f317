import { expect, it } from 'vitest';
import type { SnapshotRow } from '../../src/catalogue/snapshot-row.ts';
import { watchSnapshots } from '../../src/catalogue/watch-snapshots.ts';
import type { Wanted } from '../../src/catalogue/wanted.ts';
import { CancelledError } from '../../src/core/errors.ts';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { label } from '../../src/snapshots/labels.ts';
import { testContext } from '../support/context.ts';
import { FakeKube, kubeError } from '../support/fake-kube.ts';
import { everything, snapshotOf } from './support.ts';

const type = (value: string) => ({ metadata: { labels: { [label.pvc]: 'data', [label.type]: value } } });

/** Told of what there is, and then of a change at each call. */
function watching(
  kube: FakeKube,
  wanted: Partial<Wanted> = {},
  fingerprint = (row: SnapshotRow) => JSON.stringify(row),
) {
  const context = testContext(kube);
  const news = watchSnapshots('shop', { ...everything, ...wanted }, fingerprint, context);
  const next = async (): Promise<string[]> => {
    const { value, done } = await news.next();
    if (done) throw new Error('it has ended');
    return value.map(
      ({ event, row, matches }) => `${event} ${row.name} ${row.type}${matches ? '' : ', no more'}`,
    );
  };
  return { next, stop: context.stop };
}

it('first comes what there is, in the order of a list, and then each change by itself', async () => {
  const kube = new FakeKube();
  kube.put(volumeSnapshots, snapshotOf('b', type('cronjob')));
  kube.put(volumeSnapshots, snapshotOf('a', type('adhoc')));
  const { next } = watching(kube);
  expect(await next()).toEqual(['ADDED a adhoc', 'ADDED b cronjob']);
  kube.put(volumeSnapshots, snapshotOf('c', type('adhoc')));
  expect(await next()).toEqual(['ADDED c adhoc']);
  kube.put(volumeSnapshots, snapshotOf('a', type('weekend')));
  expect(await next()).toEqual(['MODIFIED a weekend']);
  kube.remove(volumeSnapshots, 'b');
  expect(await next()).toEqual(['DELETED b cronjob']);
});

it('that there is nothing is told, too', async () => {
  const kube = new FakeKube();
  const { next } = watching(kube);
  expect(await next()).toEqual([]);
  kube.put(volumeSnapshots, snapshotOf('a', type('adhoc')));
  expect(await next()).toEqual(['ADDED a adhoc']);
});

it('what nobody can see is not a change', async () => {
  const kube = new FakeKube();
  kube.put(volumeSnapshots, snapshotOf('a', type('adhoc')));
  const { next } = watching(kube, {}, (row) => String(row.type));
  await next();
  kube.put(volumeSnapshots, snapshotOf('a', { ...type('adhoc'), status: { restoreSize: '1Gi' } }));
  kube.put(volumeSnapshots, snapshotOf('a', type('cronjob')));
  expect(await next()).toEqual(['MODIFIED a cronjob']);
});

it('one that is no longer wanted is told of once, and is as good as new when it is wanted again', async () => {
  const kube = new FakeKube();
  kube.put(volumeSnapshots, snapshotOf('a', type('adhoc')));
  kube.put(volumeSnapshots, snapshotOf('never', type('cronjob')));
  const { next } = watching(kube, { adhoc: true });
  expect(await next()).toEqual(['ADDED a adhoc']);
  kube.put(volumeSnapshots, snapshotOf('a', type('cronjob')));
  expect(await next()).toEqual(['MODIFIED a cronjob, no more']);
  kube.put(volumeSnapshots, snapshotOf('a', type('weekend')));
  kube.put(volumeSnapshots, snapshotOf('never', type('weekend')));
  kube.remove(volumeSnapshots, 'never');
  kube.put(volumeSnapshots, snapshotOf('a', type('adhoc')));
  expect(await next()).toEqual(['ADDED a adhoc']);
  kube.remove(volumeSnapshots, 'a');
  expect(await next()).toEqual(['DELETED a adhoc']);
});

it('one that loses all labels of ours is told of once', async () => {
  const kube = new FakeKube();
  kube.put(volumeSnapshots, snapshotOf('a', type('adhoc')));
  const { next } = watching(kube);
  await next();
  kube.put(volumeSnapshots, snapshotOf('a', { metadata: { labels: {} } }));
  expect(await next()).toEqual(['MODIFIED a undefined, no more']);
});

it('ends when it is told to, and when nothing may be seen', async () => {
  const kube = new FakeKube();
  const { next, stop } = watching(kube);
  await next();
  const reason = new CancelledError('Stopped by SIGINT');
  stop.abort(reason);
  await expect(next()).rejects.toBe(reason);
  kube.failNext('watch volumesnapshots', kubeError(403, 'Forbidden'));
  await expect(watching(kube).next()).rejects.toMatchObject({ reason: 'preflight' });
});
