import { beforeAll, describe, expect, test } from 'vitest';
import { volumeSnapshotContents, volumeSnapshots } from '../../src/kube/resources.ts';
import { preProvisionedContent, volumeSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place } from './support.ts';
import { boundClaim, untilSnapshotReady, useSnapshotClass } from './workloads.ts';

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

    async function bindAgain(snapshotHandle: string, name: string): Promise<Answer['body']> {
      const boundTo = { namespace: place.namespace, name };
      const content = preProvisionedContent(place.server, snapshotHandle, boundTo);
      await place.create(volumeSnapshotContents, content);
      const source = { volumeSnapshotContentName: content.metadata.name };
      await place.create(volumeSnapshots, volumeSnapshot(name, { source }));
      return untilSnapshotReady(place, name);
    }

    const setPolicy = (name: string, deletionPolicy: string) =>
      place.patch(volumeSnapshotContents, name, { spec: { deletionPolicy } });

    test('that retains stays without its VolumeSnapshot, and its snapshot can be bound again', async () => {
      const { metadata, status } = await contentOf('retained', retaining());
      await place.delete(volumeSnapshots, 'retained');
      await place.untilGone(volumeSnapshots, 'retained');
      const kept = await place.get(volumeSnapshotContents, metadata.name);
      expect(kept.body.spec.deletionPolicy).toBe('Retain');
      expect(kept.body.metadata.deletionTimestamp).toBeUndefined();

      const again = await bindAgain(status.snapshotHandle, 'again');
      const { boundVolumeSnapshotContentName: name } = again.status;
      const second = await place.get(volumeSnapshotContents, name);
      await setPolicy(name, 'Delete');
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

    test('that is told to delete goes with its VolumeSnapshot', async () => {
      const { metadata } = await contentOf('told', retaining());
      expect(await setPolicy(metadata.name, 'Delete')).toMatchObject({
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
        'of a missing content',
        () => ({ source: { volumeSnapshotContentName: 'contract-no-such-content' } }),
        'VolumeSnapshotContent is missing',
      ],
    ])('because it is %s has the error in its status', async (what, spec, message) => {
      const name = what.replaceAll(' ', '-');
      await place.create(volumeSnapshots, volumeSnapshot(name, spec()));
      const failed = await place.untilIs(volumeSnapshots, name, ({ status }) => status?.error);
      expect(failed.status.error).toEqual({ message, time: expect.any(String) });
      expect(failed.status.readyToUse ?? false).toBe(false);
    });
  });
}
