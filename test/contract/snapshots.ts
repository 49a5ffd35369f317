import { beforeAll, describe, expect, test } from 'vitest';
import {
  persistentVolumeClaims,
  persistentVolumes,
  volumeSnapshotClasses,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../../src/kube/resources.ts';
import { claim, snapshotClass, volumeSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place } from './support.ts';
import { boundClaim, read, startPod, untilSnapshotReady, useSnapshotClass, write } from './workloads.ts';

const source = { persistentVolumeClaimName: 'data' };
const prefixed = (name: string) => `snapshot.storage.kubernetes.io/${name}`;

export function snapshotsContract(server: () => ContractServer): void {
  describe('a VolumeSnapshot', () => {
    const place = new Place(server, 'snapshots');
    const quick = useSnapshotClass(place, () => ({}));
    const slow = useSnapshotClass(place, () => ({ parameters: place.server.slowSnapshots }));
    const snap = (name: string, className?: string) =>
      place.create(volumeSnapshots, volumeSnapshot(name, { source, ...(className && { className }) }));

    beforeAll(async () => {
      await boundClaim(place, 'data');
      await startPod(place, 'app', ['data']);
    });

    test('is bound, cut, and then ready', async () => {
      await snap('slow', slow());
      const cut = await place.untilIs(volumeSnapshots, 'slow', ({ status }) => status?.creationTime);
      expect(cut.status).toMatchObject({
        boundVolumeSnapshotContentName: `snapcontent-${cut.metadata.uid}`,
        readyToUse: false,
        restoreSize: '64Mi',
      });
      const ready = await untilSnapshotReady(place, 'slow');
      expect(ready.status).toEqual({ ...cut.status, readyToUse: true });
      expect(ready.metadata.finalizers.toSorted()).toEqual([
        prefixed('volumesnapshot-as-source-protection'),
        prefixed('volumesnapshot-bound-protection'),
      ]);
    });

    test('has a content that says where the snapshot is', async () => {
      await snap('described', quick());
      const { metadata, status } = await untilSnapshotReady(place, 'described');
      const { namespace, server } = place;
      const { body: pvc } = await place.get(persistentVolumeClaims, 'data');
      const { body: volume } = await place.get(persistentVolumes, pvc.spec.volumeName);
      const content = await place.get(volumeSnapshotContents, status.boundVolumeSnapshotContentName);
      expect(content.body).toMatchObject({
        metadata: { finalizers: [prefixed('volumesnapshotcontent-bound-protection')] },
        spec: {
          deletionPolicy: 'Delete',
          driver: server.driver,
          source: { volumeHandle: volume.spec.csi.volumeHandle },
          sourceVolumeMode: 'Filesystem',
          volumeSnapshotClassName: quick(),
          volumeSnapshotRef: { kind: 'VolumeSnapshot', namespace, name: 'described', uid: metadata.uid },
        },
        status: { readyToUse: true, restoreSize: 64 * 1024 * 1024, snapshotHandle: expect.any(String) },
      });
      // Nanoseconds since 1970 here, a date in the VolumeSnapshot.
      const nanoseconds = content.body.status.creationTime;
      expect(Math.floor(nanoseconds / 1e9)).toBe(Date.parse(status.creationTime) / 1000);
    });

    test('holds what was on the volume, and nothing that was written later', async () => {
      await write(place, 'app', 'data', 'before', 'kept');
      await snap('moment', quick());
      await untilSnapshotReady(place, 'moment');
      await write(place, 'app', 'data', 'before', 'changed');
      await write(place, 'app', 'data', 'after', 'new');
      await boundClaim(place, 'restored', 'moment');
      await startPod(place, 'restored', ['restored']);
      expect(await read(place, 'restored', 'restored', 'before')).toBe('kept');
      expect(await read(place, 'restored', 'restored', 'after')).toBe('');
      expect(await read(place, 'app', 'data', 'before')).toBe('changed');
    });

    test('takes its content along when it is deleted', async () => {
      await snap('deleted', quick());
      const { status } = await untilSnapshotReady(place, 'deleted');
      const { body } = await place.delete(volumeSnapshots, 'deleted');
      expect(body).toMatchObject({
        kind: 'VolumeSnapshot',
        metadata: { deletionTimestamp: expect.any(String) },
      });
      await place.untilGone(volumeSnapshots, 'deleted');
      await place.untilGone(volumeSnapshotContents, status.boundVolumeSnapshotContentName);
    });

    test('can be deleted before it is ready', async () => {
      await snap('hasty', slow());
      const { status } = await place.untilIs(
        volumeSnapshots,
        'hasty',
        ({ status }) => status?.boundVolumeSnapshotContentName,
      );
      expect(status.readyToUse).toBe(false);
      await place.delete(volumeSnapshots, 'hasty');
      await place.untilGone(volumeSnapshots, 'hasty');
      await place.untilGone(volumeSnapshotContents, status.boundVolumeSnapshotContentName);
    });

    test('stays while a claim waits to be made from it', async () => {
      await snap('wanted', quick());
      await untilSnapshotReady(place, 'wanted');
      const waiting = claim({ ...place.server, storageClass: 'contract-no-such-class' }, 'waiting', 'wanted');
      await place.create(persistentVolumeClaims, waiting);
      await place.delete(volumeSnapshots, 'wanted');
      // By the time that another, younger one has gone, this one would have gone, too.
      await snap('unwanted', quick());
      await untilSnapshotReady(place, 'unwanted');
      await place.delete(volumeSnapshots, 'unwanted');
      await place.untilGone(volumeSnapshots, 'unwanted');
      const { body } = await place.get(volumeSnapshots, 'wanted');
      await place.delete(persistentVolumeClaims, 'waiting');
      await place.untilGone(volumeSnapshots, 'wanted');
      expect(body.metadata.deletionTimestamp).toEqual(expect.any(String));
    });

    test('of the default class is given its name', async () => {
      await withDefaultClass(place, async (name) => {
        await snap('default');
        const { spec } = await untilSnapshotReady(place, 'default');
        expect(spec.volumeSnapshotClassName).toBe(name);
      });
    });

    test('keeps its claim while it is not ready', async () => {
      await boundClaim(place, 'kept');
      const kept = { persistentVolumeClaimName: 'kept' };
      await place.create(volumeSnapshots, volumeSnapshot('keeper', { source: kept, className: slow() }));
      await place.untilIs(volumeSnapshots, 'keeper', ({ status }) => status?.boundVolumeSnapshotContentName);
      const { body } = await place.delete(persistentVolumeClaims, 'kept');
      expect(body.metadata.finalizers).toContain(prefixed('pvc-as-source-protection'));
      await untilSnapshotReady(place, 'keeper');
      await place.untilGone(persistentVolumeClaims, 'kept');
    });
  });
}

/** Runs with the name of the driver's default class: the one that is there, or a new one. */
async function withDefaultClass(place: Place, run: (name: string) => Promise<void>): Promise<void> {
  const annotation = prefixed('is-default-class');
  const { body } = await place.list(volumeSnapshotClasses);
  const present = body.items.find(
    ({ driver, metadata }: Answer['body']) =>
      driver === place.server.driver && metadata.annotations?.[annotation] === 'true',
  );
  if (present) return run(present.metadata.name);
  const manifest = snapshotClass(place.server, {}, { annotations: { [annotation]: 'true' } });
  await place.create(volumeSnapshotClasses, manifest);
  try {
    await run(manifest.metadata.name);
  } finally {
    await place.delete(volumeSnapshotClasses, manifest.metadata.name);
  }
}
