import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { persistentVolumeClaims, volumeSnapshotContents, volumeSnapshots } from '../../src/kube/resources.ts';
import { groupApi } from '../../src/snapshots/csi/group-api.ts';
import { groupSnapshotClass, volumeGroupSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place } from './support.ts';
import { boundClaim, read, startPod, untilSnapshotReady, write } from './workloads.ts';

type Body = Answer['body'];

const { snapshots: groups, classes, contents } = groupApi('v1');
const together = { backup: 'together' };
const inGroup = 'snapshot.storage.kubernetes.io/volumesnapshot-in-group-protection';

export function groupsContract(server: () => ContractServer): void {
  describe('a VolumeGroupSnapshot', () => {
    const place = new Place(server, 'groups');
    const quick = useClass(place, () => ({}));
    const slow = useClass(place, () => ({ parameters: place.server.slowSnapshots }));
    const retaining = useClass(place, () => ({ deletionPolicy: 'Retain' }));
    const failing = useClass(place, () => ({
      parameters: { error: 'the array is on fire', errorTimes: '1' },
    }));

    beforeAll(async () => {
      for (const name of ['data', 'files', 'other']) await boundClaim(place, name);
      for (const name of ['data', 'files']) {
        await place.patch(persistentVolumeClaims, name, { metadata: { labels: together } });
      }
      await startPod(place, 'app', ['data', 'files']);
    });

    const make = (name: string, className: string, labels: Record<string, string> = together) =>
      place.create(groups, volumeGroupSnapshot(name, className, labels));
    const isReady = ({ status }: Body) => status?.readyToUse === true;

    async function membersOf(name: string): Promise<Body[]> {
      const { body } = await place.list(volumeSnapshots);
      return body.items.filter((item: Body) => item.metadata.ownerReferences?.[0].name === name);
    }

    /** The members of a new group, once they are ready. */
    async function readyMembers(name: string, className: string): Promise<Body[]> {
      await make(name, className);
      await place.untilIs(groups, name, isReady);
      const members = await membersOf(name);
      return Promise.all(members.map(({ metadata }) => untilSnapshotReady(place, metadata.name)));
    }

    async function remove(name: string): Promise<void> {
      const members = await membersOf(name);
      await place.delete(groups, name);
      await place.untilGone(groups, name);
      for (const { metadata, status } of members) {
        await place.untilGone(volumeSnapshots, metadata.name);
        await place.untilGone(volumeSnapshotContents, status.boundVolumeSnapshotContentName);
      }
    }

    test('has a member of each PVC that has the labels as soon as it is cut', async () => {
      await make('cut', slow());
      const { metadata, status } = await place.untilIs(groups, 'cut', (body) => body.status?.creationTime);
      const { uid } = metadata;
      expect(status).toMatchObject({
        boundVolumeGroupSnapshotContentName: `groupsnapcontent-${uid}`,
        readyToUse: false,
      });
      const members = await membersOf('cut');
      const ownerReferences = [
        { apiVersion: 'groupsnapshot.storage.k8s.io/v1', kind: 'VolumeGroupSnapshot', name: 'cut', uid },
      ];
      const claimsOf = members.map(({ spec }) => spec.source.persistentVolumeClaimName);
      expect(new Set(claimsOf)).toEqual(new Set(['data', 'files']));
      for (const member of members) {
        expect(member.metadata).toMatchObject({ ownerReferences, name: expect.stringMatching(/^snapshot-/) });
        expect(member.metadata.finalizers).toContain(inGroup);
        expect(member.metadata.labels).toBeUndefined();
      }
      await place.untilIs(groups, 'cut', isReady);
      await remove('cut');
    });

    test('has members that are as other snapshots, and are of one moment', async () => {
      await write(place, 'app', 'files', 'before', 'kept');
      const members = await readyMembers('ready', quick());
      expect(new Set(members.map(({ status }) => status.creationTime)).size).toBe(1);
      for (const { status } of members) {
        expect(status).toMatchObject({
          boundVolumeSnapshotContentName: expect.stringMatching(/^snapcontent-/),
          restoreSize: '64Mi',
          volumeGroupSnapshotName: 'ready',
        });
      }
      const files = members.find(({ spec }) => spec.source.persistentVolumeClaimName === 'files');
      await write(place, 'app', 'files', 'before', 'changed');
      await boundClaim(place, 'restored', files.metadata.name);
      await startPod(place, 'restored', ['restored']);
      expect(await read(place, 'restored', 'restored', 'before')).toBe('kept');
      await remove('ready');
    });

    test('lets no member be deleted alone: it stays, on its way out, until the group goes', async () => {
      const [{ metadata }] = (await readyMembers('whole', quick())) as [Body];
      const { body } = await place.delete(volumeSnapshots, metadata.name);
      expect(body.metadata.deletionTimestamp).toEqual(expect.any(String));
      // By the time that a whole other group has come and gone, this member would have gone, too.
      await readyMembers('other', quick());
      await remove('other');
      const { body: member } = await place.get(volumeSnapshots, metadata.name);
      expect(member.metadata.finalizers).toContain(inGroup);
      expect(member.status.readyToUse).toBe(true);
      await remove('whole');
    });

    test('that retains leaves contents of the group and of the members, unless they are told to delete', async () => {
      const members = await readyMembers('retained', retaining());
      const { body: group } = await place.get(groups, 'retained');
      const name = group.status.boundVolumeGroupSnapshotContentName;
      const policy = { spec: { deletionPolicy: 'Delete' } };
      const { body: content } = await place.get(contents, name);
      expect(content.spec).toMatchObject({
        deletionPolicy: 'Retain',
        volumeGroupSnapshotRef: { name: 'retained', uid: group.metadata.uid },
      });
      for (const { status } of members) {
        const path = status.boundVolumeSnapshotContentName;
        expect(await place.patch(volumeSnapshotContents, path, policy)).toMatchObject({ status: 200 });
      }
      expect(await place.patch(contents, name, policy)).toMatchObject({ status: 200 });
      await remove('retained');
      await place.untilGone(contents, name);
    });

    test('says what the storage reports, until that succeeds after all', async () => {
      await make('late', failing());
      const failed = await place.untilIs(groups, 'late', ({ status }) => status?.error);
      expect(failed.status.error.message).toContain('the array is on fire');
      expect(failed.status.creationTime).toBeUndefined();
      expect((await place.untilIs(groups, 'late', isReady)).status.error).toBeUndefined();
      await remove('late');
    });

    test('of no PVC says so', async () => {
      await make('nothing', quick(), { backup: 'nobody' });
      const failed = await place.untilIs(groups, 'nothing', ({ status }) => status?.error);
      expect(failed.status.error.message).toMatch(/^failed to create group snapshot content with error /);
      await place.delete(groups, 'nothing');
      await place.untilGone(groups, 'nothing');
    });

    test('is not found in a version that is not served', async () => {
      const other = groupApi('v0').classes;
      expect(await place.list(other)).toMatchObject({ status: 404 });
    });
  });
}

function useClass(place: Place, fields: () => Readonly<Record<string, unknown>>): () => string {
  let name = '';
  beforeAll(async () => {
    const manifest = groupSnapshotClass(place.server, fields());
    ({ name } = manifest.metadata);
    await place.create(classes, manifest);
  });
  afterAll(async () => {
    await place.delete(classes, name);
  });
  return () => name;
}
