import { describe, expect, it } from 'vitest';
import { findGroup } from '../../../src/snapshots/csi/find-group.ts';
import { groupApi } from '../../../src/snapshots/csi/group-api.ts';
import { groupOf } from '../../../src/snapshots/csi/group-of.ts';
import { SharedHandles } from '../../../src/snapshots/csi/shared-handles.ts';
import { requireSoleGroup } from '../../../src/snapshots/csi/sole-group.ts';
import type { AnyContent } from '../../../src/snapshots/csi/content-kind.ts';
import { volumeSnapshotContents } from '../../../src/kube/resources.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { TestClock } from '../../kube/test-clock.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const apiVersion = 'groupsnapshot.storage.k8s.io/v1';
const owner = { apiVersion, kind: 'VolumeGroupSnapshot', name: 'night', uid: 'g' };
const { signal } = new AbortController();

describe('a member of a group', () => {
  const member = (reference: object | undefined, status = {}) =>
    object(
      'VolumeSnapshot',
      { name: 'a', ...(reference && { ownerReferences: [reference as typeof owner] }) },
      { status },
    );

  it.each([
    ['is owned by it', member(owner), { name: 'night', version: 'v1', uid: 'g' }],
    ['is told by its status', member(undefined, { volumeGroupSnapshotName: 'night' }), { name: 'night' }],
    [
      'believes its owner before its status',
      member(owner, { volumeGroupSnapshotName: 'b' }),
      { name: 'night', version: 'v1', uid: 'g' },
    ],
    ['has another owner', member({ ...owner, kind: 'Deployment' }), undefined],
    ['has an owner of another API', member({ ...owner, apiVersion: 'apps/v1' }), undefined],
    ['has an owner of which no group can have the name', member({ ...owner, name: '../night' }), undefined],
    ['has a status that is not a name', member(undefined, { volumeGroupSnapshotName: 7 }), undefined],
    ['says nothing', member(undefined), undefined],
  ])('%s: %o %o', (_, one, group) => {
    expect(groupOf(one)).toEqual(group);
  });
});

describe('a group', () => {
  const api = groupApi('v1');

  /** A group with a content of this owner and these data; a member with its content, and a foreign content. */
  function scene({ ofGroup = {}, labels = {}, foreign = 'foreign', name = 'groupsnapcontent-g' } = {}) {
    const kube = new FakeKube();
    const group = object('VolumeGroupSnapshot', { name: 'night', uid: 'g' });
    const volumeGroupSnapshotRef = { namespace: 'shop', name: 'night', uid: 'g', ...ofGroup };
    const spec = { driver: 'd', volumeGroupSnapshotRef };
    kube.put(
      api.contents,
      object(
        'VolumeGroupSnapshotContent',
        { name, labels },
        { spec, status: { volumeGroupSnapshotHandle: 'whole' } },
      ),
    );
    const single = (content: string, snapshotHandle: string) =>
      kube.put(
        volumeSnapshotContents,
        object(
          'VolumeSnapshotContent',
          { name: content },
          { spec: { driver: 'd' }, status: { snapshotHandle } },
        ),
      );
    const member = single('member', 'part') as AnyContent;
    single('other', foreign);
    const look = { kube, signal };
    const handles = new SharedHandles({ ...look, clock: new TestClock() });
    return requireSoleGroup({ api, group }, [member], handles, look);
  }

  it('has its content, which is bound to it by name and uid', async () => {
    expect((await scene())?.metadata.name).toBe('groupsnapcontent-g');
    expect(await scene({ ofGroup: { uid: undefined } })).toBeDefined();
    expect(await scene({ ofGroup: { uid: 'earlier' } })).toBeUndefined();
    expect(await scene({ ofGroup: { name: 'evening' } })).toBeUndefined();
    expect(await scene({ ofGroup: { namespace: 'other' } })).toBeUndefined();
    expect(await scene({ name: 'another' })).toBeUndefined();
  });

  it('is left alone when somebody else has the data of a member, or holds its content', async () => {
    await expect(scene({ foreign: 'part' })).rejects.toThrow("content 'other' stands for the same data");
    await expect(scene({ labels: { [label.hold]: 'true' } })).rejects.toThrow('held by a user');
    expect(await scene({ labels: { [label.hold]: 'false' } })).toBeDefined();
  });

  it.each(['v1', 'v1beta2', 'v1beta1'])(
    'is found in version %s, and looked for there first',
    async (version) => {
      const kube = new FakeKube();
      const found = await findGroup({ namespace: 'shop', name: 'night' }, version, { kube, signal });
      expect(found).toBeUndefined();
      expect(kube.calls).toHaveLength(3);
      kube.put(api.snapshots, object('VolumeGroupSnapshot', { name: 'night' }));
      const one = await findGroup({ namespace: 'shop', name: 'night' }, version, { kube, signal });
      expect(one?.api.apiVersion).toBe(`groupsnapshot.storage.k8s.io/${version}`);
      expect(kube.calls).toHaveLength(4);
    },
  );
});
