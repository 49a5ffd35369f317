import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { volumeSnapshotContents, volumeSnapshots } from '../../src/kube/resources.ts';
import { preProvisionedContent, volumeSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place } from './support.ts';
import { bindSnapshot, boundClaim, untilSnapshotReady, useSnapshotClass } from './workloads.ts';

const source = { persistentVolumeClaimName: 'data' };
const annotations = { 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted': 'yes' };

const finalizers = ['snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection'];

/** Contents without their VolumeSnapshots, in a cluster that was built again from the manifests of another one. */
export function unseenContentsContract(server: () => ContractServer): void {
  describe('a VolumeSnapshotContent whose VolumeSnapshot nobody has seen go', () => {
    const place = new Place(server, 'unseen');
    const retaining = useSnapshotClass(place, () => ({ deletionPolicy: 'Retain' }));

    beforeAll(async () => {
      await boundClaim(place, 'data');
    });

    /** A snapshot of the storage that no object stands for any more. */
    async function snapshotAlone(name: string): Promise<string> {
      await place.create(volumeSnapshots, volumeSnapshot(name, { source, className: retaining() }));
      const { status } = await untilSnapshotReady(place, name);
      const content = status.boundVolumeSnapshotContentName;
      const { snapshotHandle } = (await place.get(volumeSnapshotContents, content)).body.status;
      await place.delete(volumeSnapshots, name);
      await place.untilGone(volumeSnapshots, name);
      await place.delete(volumeSnapshotContents, content);
      await place.untilGone(volumeSnapshotContents, content);
      return snapshotHandle;
    }

    /** Gives its name once the driver has found the snapshot and, if it is bound, the controller protects it. */
    async function preProvision(handle: string, deletionPolicy: string, uid?: string): Promise<string> {
      const boundTo = { namespace: place.namespace, name: 'gone', ...(uid && { uid }) };
      const manifest = preProvisionedContent(place.server, handle, boundTo, { deletionPolicy });
      const { metadata } = await place.create(volumeSnapshotContents, manifest);
      const isTakenCareOf = ({ metadata, status }: Answer['body']) =>
        (metadata.finalizers || !uid) && status?.readyToUse;
      await place.untilIs(volumeSnapshotContents, metadata.name, isTakenCareOf);
      return metadata.name;
    }

    async function expectLost(handle: string, name: string): Promise<void> {
      const content = await bindSnapshot(place, handle, name);
      const hasFailed = ({ status }: Answer['body']) => status?.error?.message?.includes(handle);
      const failed = await place.untilIs(volumeSnapshots, name, hasFailed);
      expect(failed.status.readyToUse).toBe(false);
      await unbind(name, content);
    }

    async function unbind(name: string, content: string): Promise<void> {
      await place.delete(volumeSnapshots, name);
      await place.untilGone(volumeSnapshots, name);
      await place.delete(volumeSnapshotContents, content);
    }

    test('goes only once it is annotated as if that had been seen, and leaves its data when it retains', async () => {
      const handle = await snapshotAlone('retained');
      const name = await preProvision(handle, 'Retain', randomUUID());
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
      const handle = await snapshotAlone('deleted');
      const name = await preProvision(handle, 'Delete', randomUUID());
      await place.patch(volumeSnapshotContents, name, { metadata: { annotations } });
      await place.delete(volumeSnapshotContents, name);
      await place.untilGone(volumeSnapshotContents, name);
      await expectLost(handle, 'lost');
    });

    test('leaves its data even when told to delete if it was never bound, as nothing holds it', async () => {
      const handle = await snapshotAlone('unheld');
      const name = await preProvision(handle, 'Delete');
      await place.delete(volumeSnapshotContents, name);
      await place.untilGone(volumeSnapshotContents, name);
      const still = await bindSnapshot(place, handle, 'still');
      expect((await untilSnapshotReady(place, 'still')).status.restoreSize).toBe('64Mi');
      await unbind('still', still);
    });

    test('takes its data along, never bound as it is, when it is held until the driver was told', async () => {
      const handle = await snapshotAlone('held');
      const name = await preProvision(handle, 'Delete');
      await place.patch(volumeSnapshotContents, name, { metadata: { annotations, finalizers } });
      await place.delete(volumeSnapshotContents, name);
      await place.untilGone(volumeSnapshotContents, name);
      await expectLost(handle, 'lost-too');
    });
  });
}
