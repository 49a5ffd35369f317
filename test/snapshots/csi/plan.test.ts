import { describe, expect, it } from 'vitest';
import {
  persistentVolumeClaims,
  persistentVolumes,
  volumeSnapshotClasses,
} from '../../../src/kube/resources.ts';
import { findVolumes, type CsiVolume } from '../../../src/snapshots/csi/find-volumes.ts';
import { groupApi } from '../../../src/snapshots/csi/group-api.ts';
import { GroupMembers } from '../../../src/snapshots/csi/group-members.ts';
import { planGroup } from '../../../src/snapshots/csi/plan-group.ts';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const classOf = (kind: string, name: string, driver = 'd', annotations: Record<string, string> = {}) =>
  object(kind, { name, annotations }, { driver, deletionPolicy: 'Delete' });

async function findOn(
  drivers: Readonly<Record<string, object>>,
  wanted?: string,
  denied: readonly string[] = [],
) {
  const kube = new FakeKube();
  for (const call of denied) kube.denied.add(call);
  for (const name of ['fast', 'slow']) kube.put(volumeSnapshotClasses, classOf('VolumeSnapshotClass', name));
  for (const [name, spec] of Object.entries(drivers))
    kube.put(persistentVolumes, object('PersistentVolume', { name }, { spec }));
  const claims = Object.keys(drivers).map((volume) => ({
    namespace: 'shop',
    name: `claim-${volume}`,
    volume,
    uid: `uid-${volume}`,
    madeAt: 7,
  }));
  return findVolumes(claims, wanted, testContext(kube));
}

describe('the volumes of a backup', () => {
  it('have the class of their driver', async () => {
    const found = ['a', 'b'].map((volume) => ({
      pvc: `claim-${volume}`,
      pvcUid: `uid-${volume}`,
      madeAt: 7,
      snapshotClass: expect.objectContaining({ name: 'fast' }) as unknown,
    }));
    expect(await findOn({ a: { csi: { driver: 'd' } }, b: { csi: { driver: 'd' } } }, 'fast')).toEqual({
      found,
    });
  });

  it.each([['list volumesnapshotclasses'], ['get persistentvolumes']])(
    'have the class that is named, unchecked, where an account may not %s',
    async (denied) => {
      const on = { a: { csi: { driver: 'd' } } };
      const snapshotClass = { name: 'any', driver: '', deletionPolicy: '' };
      expect(await findOn(on, 'any', [denied])).toMatchObject({ found: [{ snapshotClass }] });
      await expect(findOn(on, undefined, [denied])).rejects.toThrow(
        `cannot ${denied.replace(' ', ' resource "')}`,
      );
    },
  );

  it('are a problem without a driver, or without a class, each for itself', async () => {
    expect(await findOn({ a: {}, b: { csi: { driver: 'd' } } })).toEqual({
      problems: [
        expect.stringContaining("'claim-a' in namespace 'shop' is on volume 'a', which no CSI driver"),
        expect.stringContaining('has no default VolumeSnapshotClass'),
      ],
    });
  });
});

describe('a group of volumes', () => {
  const v1 = groupApi('v1');
  const volume = (pvc: string, driver = 'd'): CsiVolume => ({
    pvc,
    pvcUid: '',
    madeAt: 0,
    snapshotClass: { name: 'fast', driver, deletionPolicy: 'Delete' },
  });
  const isDefault = { 'groupsnapshot.storage.kubernetes.io/is-default-class': 'true' };

  async function plan(
    volumes: readonly CsiVolume[],
    { className, change = () => {} }: { className?: string; change?: (kube: FakeKube) => void } = {},
  ) {
    const kube = new FakeKube();
    for (const [name, labels] of Object.entries({
      data: { x: '1', y: '2' },
      files: { x: '1', y: '2' },
      logs: { x: '1' },
    }))
      kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name, labels }));
    kube.put(v1.classes, classOf('VolumeGroupSnapshotClass', 'groups', 'd', isDefault));
    change(kube);
    const context = testContext(kube);
    const wanted = { selector: { x: '1', y: '2' }, className } as Parameters<typeof planGroup>[2];
    const planned = await planGroup('shop', volumes, wanted, context);
    return { planned, reasons: context.lines.map(({ reason }) => reason) };
  }
  const both = [volume('data'), volume('files')];

  it('is possible where the labels mean just them', async () => {
    const { planned, reasons } = await plan(both);
    expect(planned).toMatchObject({
      found: { snapshotClass: { name: 'groups' }, selector: { x: '1', y: '2' } },
    });
    expect(reasons).toEqual([]);
  });

  it.each<[string, readonly CsiVolume[], string]>([
    [
      'a volume has not the labels',
      [...both, volume('logs')],
      "PVC 'logs' of ⟪pvcs⟫ does not have these labels;",
    ],
    ['another volume has them', [volume('data')], "'shop' PVC 'files' has them and is not in ⟪pvcs⟫;"],
    [
      'neither is as it should be',
      [volume('data'), volume('logs')],
      "PVC 'logs' of ⟪pvcs⟫ does not have these labels, and PVC 'files' has them",
    ],
    [
      'the drivers are several',
      [volume('data'), volume('files', 'e')],
      "several CSI drivers: 'data' is of d, 'files' is of e",
    ],
  ])('is a problem when %s', async (_, volumes, words) => {
    const { planned } = await plan(volumes);
    expect(planned).toEqual({ problems: [expect.stringContaining(words)] });
  });

  it('is of the older API where the cluster serves only that', async () => {
    const { planned } = await plan(both, {
      change: (kube) => kube.failNext('list volumegroupsnapshotclasses', kubeError(404, 'NotFound')),
    });
    expect(planned).toMatchObject({
      found: { api: { apiVersion: expect.not.stringMatching(/\/v1$/) as string } },
    });
  });

  it.each([
    [
      'serves no groups',
      (kube: FakeKube) => {
        for (let times = 0; times < 5; times++)
          kube.failNext('list volumegroupsnapshotclasses', kubeError(404, 'NotFound'));
      },
      'the cluster does not serve',
    ],
    [
      'has no class for them',
      (kube: FakeKube) => kube.remove(v1.classes, 'groups'),
      'no VolumeGroupSnapshotClass for driver',
    ],
  ])('is done without, with a warning, where the cluster %s', async (_, change, words) => {
    const { planned, reasons } = await plan(both, { change });
    expect([planned, reasons]).toEqual([{ found: undefined }, [expect.stringContaining(words)]]);
  });

  it('is a problem where a class is named that is not there, and an error where nobody may look', async () => {
    expect((await plan(both, { className: 'none' })).planned).toEqual({
      problems: [expect.stringContaining("There is no VolumeGroupSnapshotClass 'none'")],
    });
    const forbidden = kubeError(403, 'Forbidden');
    const change = (kube: FakeKube) => kube.failNext('list volumegroupsnapshotclasses', forbidden);
    await expect(plan(both, { change })).rejects.toBe(forbidden);
  });
});

it('who is in a group is known for a minute by one list of the namespace', async () => {
  const kube = new FakeKube();
  const context = testContext(kube);
  const add = (name: string, group: string | undefined) => {
    const status = { volumeGroupSnapshotName: group };
    kube.put(volumeSnapshots, object('VolumeSnapshot', { name }, { status }));
  };
  add('a', 'night');
  add('b', 'night');
  add('c', 'noon');
  add('d', undefined);
  const members = new GroupMembers(context);
  const names = async (group: string) => (await members.membersOf('shop', group)).map(({ name }) => name);
  expect(await names('night')).toEqual(['a', 'b']);
  expect(await members.membersOf('shop', 'night')).toEqual([
    { name: 'a', uid: 'uid-a' },
    { name: 'b', uid: 'uid-b' },
  ]);
  expect(await names('noon')).toEqual(['c']);
  expect(await names('none')).toEqual([]);
  add('e', 'noon');
  context.clock.advance(59_999);
  expect(await names('noon')).toEqual(['c']);
  expect(kube.calls).toEqual(['list volumesnapshots']);
  context.clock.advance(1);
  expect(await names('noon')).toEqual(['c', 'e']);
  await members.membersOf('other', 'noon');
  expect(kube.calls).toHaveLength(3);
});
