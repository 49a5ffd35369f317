import { expect, test } from 'vitest';
import { volumeSnapshotContents } from '../../../src/kube/resources.ts';
import { snapshotData } from '../../../src/snapshots/csi/snapshot-data.ts';
import { stored } from '../../../src/snapshots/csi/volume-snapshot.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const of = (boundVolumeSnapshotContentName?: string) =>
  stored(object('VolumeSnapshot', { name: 'one' }, { status: { boundVolumeSnapshotContentName } }));

test('what the storage has of a snapshot is what its content says', async () => {
  const kube = new FakeKube();
  const spec = { driver: 'd', sourceVolumeMode: 'Block', deletionPolicy: 'Retain' };
  kube.put(volumeSnapshotContents, object('VolumeSnapshotContent', { name: 'content' }, { spec }));
  expect(await snapshotData(of('content'), testContext(kube))).toEqual({
    driver: 'd',
    volumeMode: 'Block',
    deletionPolicy: 'Retain',
  });
  expect(await snapshotData(of('gone'), testContext(kube))).toBeUndefined();
});

test('a snapshot that has no content is lost, and nothing is asked for', async () => {
  const kube = new FakeKube();
  expect(await snapshotData(of(), testContext(kube))).toBeUndefined();
  expect(kube.calls).toEqual([]);
});
