import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { volumeSnapshotContents, volumeSnapshots } from '../../src/kube/resources.ts';
import { preProvisionedContent, volumeSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place } from './support.ts';
import { bindSnapshot, boundClaim, untilSnapshotReady, useSnapshotClass } from './workloads.ts';

const source = { persistentVolumeClaimName: 'data' };
const annotations = { 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted': 'yes' };

/** Contents without their VolumeSnapshots, in a cluster that was built again from the manifests of another one. */
export function unseenContentsContract(server: () => ContractServer): void {
  describe('a VolumeSnapshotContent whose VolumeSnapshot nobody has seen go', () => {
    const place = new Place(server, 'unseen');
    const retaining = useSnapshotClass(place, () => ({ deletionPolicy: 'Retain' }));
    let handle = '';
    let first = '';

    beforeAll(async () => {
      await boundClaim(place, 'data');
      await place.create(volumeSnapshots, volumeSnapshot('first', { source, className: retaining() }));
      const { status } = await untilSnapshotReady(place, 'first');
      first = status.boundVolumeSnapshotContentName;
      handle = (await place.get(volumeSnapshotContents, first)).body.status.snapshotHandle;
      await place.delete(volumeSnapshots, 'first');
      await place.untilGone(volumeSnapshots, 'first');
    });
    afterAll(async () => {
      await place.delete(volumeSnapshotContents, first);
    });

    /** As in a cluster that was built again from the manifests of another one. */
    async function unseenContent(deletionPolicy: string): Promise<string> {
      const boundTo = { namespace: place.namespace, name: 'gone', uid: randomUUID() };
      const manifest = preProvisionedContent(place.server, handle, boundTo, { deletionPolicy });
      const { metadata } = await place.create(volumeSnapshotContents, manifest);
      const isTakenCareOf = ({ metadata, status }: Answer['body']) =>
        metadata.finalizers && status?.readyToUse;
      await place.untilIs(volumeSnapshotContents, metadata.name, isTakenCareOf);
      return metadata.name;
    }

    async function unbind(name: string, content: string): Promise<void> {
      await place.delete(volumeSnapshots, name);
      await place.untilGone(volumeSnapshots, name);
      await place.delete(volumeSnapshotContents, content);
    }

    test('goes only once it is annotated as if that had been seen, and leaves its data when it retains', async () => {
      const name = await unseenContent('Retain');
      await place.delete(volumeSnapshotContents, name);
      const before = await bindSnapshot(place, handle, 'before');
      await untilSnapshotReady(place, 'before');
      expect((await place.get(volumeSnapshotContents, name)).body.metadata.deletionTimestamp).toBeDefined();
      await unbind('before', before);
      await place.patch(volumeSnapshotContents, name, { metadata: { annotations } });
      await place.untilGone(volumeSnapshotContents, name);
      const after = await bindSnapshot(place, handle, 'after');
      expect((await untilSnapshotReady(place, 'after')).status.restoreSize).toBe('64Mi');
      await unbind('after', after);
    });

    test('takes its data along when it is annotated and told to delete', async () => {
      const name = await unseenContent('Delete');
      await place.patch(volumeSnapshotContents, name, { metadata: { annotations } });
      await place.delete(volumeSnapshotContents, name);
      await place.untilGone(volumeSnapshotContents, name);
      const lost = await bindSnapshot(place, handle, 'lost');
      const hasFailed = ({ status }: Answer['body']) => status?.error?.message?.includes(handle);
      const failed = await place.untilIs(volumeSnapshots, 'lost', hasFailed);
      expect(failed.status.readyToUse).toBe(false);
      await unbind('lost', lost);
    });
  });
}
