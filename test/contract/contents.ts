import { beforeAll, describe, expect, test } from 'vitest';
import { volumeSnapshotContents, volumeSnapshots } from '../../src/kube/resources.ts';
import { volumeSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place } from './support.ts';
import { bindSnapshot, boundClaim, untilSnapshotReady, useSnapshotClass } from './workloads.ts';

const source = { persistentVolumeClaimName: 'data' };

export function contentsContract(server: () => ContractServer): void {
  describe('a VolumeSnapshotContent', () => {
    const place = new Place(server, 'contents');
    const retaining = useSnapshotClass(place, () => ({ deletionPolicy: 'Retain' }));
    const quick = useSnapshotClass(place, () => ({}));

    beforeAll(async () => {
      await boundClaim(place, 'data');
    });

    /** Gives the content of a new snapshot. */
    async function contentOf(name: string, className: string): Promise<Answer['body']> {
      await place.create(volumeSnapshots, volumeSnapshot(name, { source, className }));
      const { status } = await untilSnapshotReady(place, name);
      return (await place.get(volumeSnapshotContents, status.boundVolumeSnapshotContentName)).body;
    }

    test('that retains stays without its VolumeSnapshot, and its snapshot can be bound again', async () => {
      const { metadata, status } = await contentOf('retained', retaining());
      await place.delete(volumeSnapshots, 'retained');
      await place.untilGone(volumeSnapshots, 'retained');
      const kept = await place.get(volumeSnapshotContents, metadata.name);
      expect(kept.body.spec.deletionPolicy).toBe('Retain');
      expect(kept.body.metadata.deletionTimestamp).toBeUndefined();

      const name = await bindSnapshot(place, status.snapshotHandle, 'again');
      const again = await untilSnapshotReady(place, 'again');
      const second = await place.get(volumeSnapshotContents, name);
      await setPolicy(place, name, 'Delete');
      await place.delete(volumeSnapshots, 'again');
      await place.untilGone(volumeSnapshotContents, name);
      await place.delete(volumeSnapshotContents, metadata.name);
      await place.untilGone(volumeSnapshotContents, metadata.name);
      expect(again).toMatchObject({
        spec: { source: { volumeSnapshotContentName: name } },
        status: { boundVolumeSnapshotContentName: name, readyToUse: true, restoreSize: '64Mi' },
      });
      expect(second.body).toMatchObject({
        spec: { volumeSnapshotRef: { namespace: place.namespace, name: 'again', uid: again.metadata.uid } },
        status: { readyToUse: true, snapshotHandle: status.snapshotHandle },
      });
    });

    test('that retains takes its data along when it is told to after its VolumeSnapshot has gone', async () => {
      const { metadata, status } = await contentOf('late', retaining());
      await place.delete(volumeSnapshots, 'late');
      await place.untilGone(volumeSnapshots, 'late');
      await setPolicy(place, metadata.name, 'Delete');
      await place.delete(volumeSnapshotContents, metadata.name);
      await place.untilGone(volumeSnapshotContents, metadata.name);
      const lost = await bindSnapshot(place, status.snapshotHandle, 'lost');
      const hasFailed = ({ status: now }: Answer['body']) =>
        now?.error?.message?.includes(status.snapshotHandle);
      expect((await place.untilIs(volumeSnapshots, 'lost', hasFailed)).status.readyToUse).toBe(false);
      await place.delete(volumeSnapshots, 'lost');
      await place.untilGone(volumeSnapshots, 'lost');
      await place.delete(volumeSnapshotContents, lost);
    });

    test('that retains leaves its data to another content when it is deleted as it is', async () => {
      const { metadata, status } = await contentOf('left', retaining());
      const other = await bindSnapshot(place, status.snapshotHandle, 'other');
      await untilSnapshotReady(place, 'other');
      await place.delete(volumeSnapshots, 'left');
      await place.untilGone(volumeSnapshots, 'left');
      await place.delete(volumeSnapshotContents, metadata.name);
      await place.untilGone(volumeSnapshotContents, metadata.name);
      const again = await bindSnapshot(place, status.snapshotHandle, 'again-after');
      expect((await untilSnapshotReady(place, 'again-after')).status.restoreSize).toBe('64Mi');
      for (const name of [other, again]) await setPolicy(place, name, 'Delete');
      for (const name of ['other', 'again-after']) await place.delete(volumeSnapshots, name);
      for (const name of [other, again]) await place.untilGone(volumeSnapshotContents, name);
    });

    test('that retains does not hold its VolumeSnapshot', async () => {
      const { metadata } = await contentOf('free', retaining());
      const { body: snapshot } = await place.get(volumeSnapshots, 'free');
      expect(snapshot.metadata.finalizers).toEqual([
        'snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection',
      ]);
      await setPolicy(place, metadata.name, 'Delete');
      await place.delete(volumeSnapshots, 'free');
      await place.untilGone(volumeSnapshotContents, metadata.name);
    });

    test('that was made for a VolumeSnapshot cannot be bound by another one', async () => {
      const { metadata } = await contentOf('first', retaining());
      await place.delete(volumeSnapshots, 'first');
      await place.untilGone(volumeSnapshots, 'first');
      const source = { volumeSnapshotContentName: metadata.name };
      await place.create(volumeSnapshots, volumeSnapshot('second', { source }));
      const failed = await place.untilIs(volumeSnapshots, 'second', ({ status }) => status?.error);
      expect(failed.status.error.message).toBe(
        'VolumeSnapshotContent is dynamically provisioned while expecting a pre-provisioned one',
      );
      await place.delete(volumeSnapshots, 'second');
      await setPolicy(place, metadata.name, 'Delete');
      await place.delete(volumeSnapshotContents, metadata.name);
      await place.untilGone(volumeSnapshotContents, metadata.name);
    });

    test('that is made by hand needs no class, but waits for one that it names', async () => {
      const { metadata, status } = await contentOf('taken', retaining());
      const { snapshotHandle } = status;
      const missing = { volumeSnapshotClassName: 'no-such-class' };
      const bound = await bindSnapshot(place, snapshotHandle, 'no-class');
      const waiting = await bindSnapshot(place, snapshotHandle, 'missing-class', missing);
      await untilSnapshotReady(place, 'no-class');
      const what = `failed to get snapshot class no-such-class for snapshot content ${waiting}`;
      const hasFailed = ({ status }: Answer['body']) => status?.error?.message?.includes(what);
      const failed = await place.untilIs(volumeSnapshots, 'missing-class', hasFailed);
      expect(failed.status.readyToUse).toBe(false);
      for (const name of ['no-class', 'missing-class']) await place.delete(volumeSnapshots, name);
      for (const name of [bound, waiting]) await place.delete(volumeSnapshotContents, name);
      await setPolicy(place, metadata.name, 'Delete');
      await place.delete(volumeSnapshots, 'taken');
    });

    test('that is told to delete goes with its VolumeSnapshot', async () => {
      const { metadata } = await contentOf('told', retaining());
      expect(await setPolicy(place, metadata.name, 'Delete')).toMatchObject({
        status: 200,
        body: { spec: { deletionPolicy: 'Delete' } },
      });
      await place.delete(volumeSnapshots, 'told');
      await place.untilGone(volumeSnapshots, 'told');
      await place.untilGone(volumeSnapshotContents, metadata.name);
    });

    test('that is deleted stays as long as its VolumeSnapshot', async () => {
      const { metadata } = await contentOf('bound', quick());
      const { body } = await place.delete(volumeSnapshotContents, metadata.name);
      expect(body).toMatchObject({
        kind: 'VolumeSnapshotContent',
        metadata: { deletionTimestamp: expect.any(String) },
      });
      const { body: snapshot } = await place.get(volumeSnapshots, 'bound');
      expect(snapshot.status.readyToUse).toBe(true);
      await place.delete(volumeSnapshots, 'bound');
      await place.untilGone(volumeSnapshots, 'bound');
      await place.untilGone(volumeSnapshotContents, metadata.name);
    });
  });

  describe('a VolumeSnapshot that cannot be made', () => {
    const place = new Place(server, 'failures');
    const quick = useSnapshotClass(place, () => ({}));

    test.each([
      [
        'of a missing class',
        () => ({ source, className: 'no-such-class' }),
        'Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io "no-such-class" not found',
      ],
      [
        'of a missing claim',
        () => ({ source, className: quick() }),
        expect.stringMatching(
          /^Failed to create snapshot content with error .*cannot get claim from snapshot$/,
        ),
      ],
      [
        'of a content made by hand, and of a missing class',
        () => ({
          source: { volumeSnapshotContentName: 'contract-no-such-content' },
          className: 'no-such-class',
        }),
        'Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io "no-such-class" not found',
      ],
      [
        'of a missing content',
        () => ({ source: { volumeSnapshotContentName: 'contract-no-such-content' } }),
        'VolumeSnapshotContent is missing',
      ],
    ])('because it is %s has the error in its status', async (what, spec, message) => {
      const name = what.replaceAll(/\W+/g, '-');
      await place.create(volumeSnapshots, volumeSnapshot(name, spec()));
      const failed = await place.untilIs(volumeSnapshots, name, ({ status }) => status?.error);
      expect(failed.status.error).toEqual({ message, time: expect.any(String) });
      expect(failed.status.readyToUse ?? false).toBe(false);
    });
  });
}

function setPolicy(place: Place, name: string, deletionPolicy: string): Promise<Answer> {
  return place.patch(volumeSnapshotContents, name, { spec: { deletionPolicy } });
}
