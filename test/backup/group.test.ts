import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { persistentVolumeClaims, persistentVolumes, volumeSnapshots } from '../../src/kube/resources.ts';
import { groupApi } from '../../src/snapshots/csi/group-api.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { bound, Shop } from './shop.ts';

const driver = 'csi.example.com';
const { classes, snapshots: groups } = groupApi('v1');
const settings = { BAK_PVC_NAME: 'data,files', BAK_VS_GROUP_SELECTOR: 'backup=together' };
const tiers = [label.daily, label.weekly, label.monthly];
const cutAt = '2026-11-20T00:00:00Z';

/** Namespace `shop` with two volumes and a storage that makes groups at once. */
class GroupShop extends Shop {
  /** The status that a new group, and each of its members, gets. */
  groupStatus: Record<string, unknown> | undefined = { creationTime: cutAt, readyToUse: true };
  memberStatus: (pvc: string) => Record<string, unknown> = () => ({ creationTime: cutAt, readyToUse: true });
  members: readonly string[] = ['data', 'files'];

  constructor() {
    super();
    this.addVolume('files');
    this.labelClaim('data', 'pv-1');
    this.labelClaim('files', 'pv-files');
    this.addClass('fast-groups');
    const single = this.kube.onCreate;
    this.kube.onCreate = (created) => {
      if (created.kind === 'VolumeGroupSnapshot') this.#cut(created);
      single(created);
    };
  }

  labelClaim(name: string, volume: string): void {
    const labels = { backup: 'together' };
    this.kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', { name, labels }, bound(volume)));
  }

  addClass(name: string, of = driver): void {
    const annotations = { 'groupsnapshot.storage.kubernetes.io/is-default-class': 'true' };
    const fields = { driver: of, deletionPolicy: 'Retain' };
    this.kube.put(classes, object('VolumeGroupSnapshotClass', { name, annotations }, fields));
  }

  get groups(): KubeObject[] {
    return this.kube.all(groups);
  }

  get warnings(): string[] {
    return this.context.lines.filter(({ level }) => level === 40).map((line) => JSON.stringify(line));
  }

  #cut(group: KubeObject): void {
    if (!this.groupStatus) return;
    const { name = '', uid = '' } = group.metadata;
    const ownerReferences = [{ apiVersion: group.apiVersion, kind: group.kind, name, uid }];
    for (const pvc of this.members) {
      const spec = { source: { persistentVolumeClaimName: pvc } };
      const fields = { spec, status: this.memberStatus(pvc) };
      this.kube.put(
        volumeSnapshots,
        object('VolumeSnapshot', { name: `of-${pvc}`, ownerReferences }, fields),
      );
    }
    this.kube.put(groups, { ...group, status: this.groupStatus });
  }
}

function tiersOf(shop: GroupShop): Record<string, number> {
  const all = shop.snapshots.map(({ metadata: { name = '', labels = {} } }) => [
    name,
    tiers.filter((tier) => tier in labels).length,
  ]);
  return Object.fromEntries(all) as Record<string, number>;
}

async function problemsOf(shop: GroupShop, more: Record<string, string> = {}): Promise<string[]> {
  const error = (await rejectionOf(shop.backup({ ...settings, ...more }))) as Error;
  expect(error).toHaveProperty('reason', 'preflight');
  expect(shop.groups).toEqual([]);
  return error.message.split('\n');
}

describe('a backup as a group snapshot', () => {
  it('is one VolumeGroupSnapshot, whose members have all that a snapshot of ours has', async () => {
    const shop = new GroupShop();
    const { backup, snapshots } = await shop.backup(settings);
    const group = `data-${backup}`;
    expect(shop.groups).toMatchObject([
      {
        apiVersion: 'groupsnapshot.storage.k8s.io/v1',
        metadata: { name: group, labels: { [label.backup]: backup, [label.type]: 'adhoc' } },
        spec: {
          volumeGroupSnapshotClassName: 'fast-groups',
          source: { selector: { matchLabels: { backup: 'together' } } },
        },
      },
    ]);
    expect(snapshots).toMatchObject([
      { name: 'of-data', pvc: 'data', className: 'fast-groups', group, ready: true },
      { name: 'of-files', pvc: 'files', className: 'fast-groups', group, ready: true },
    ]);
    for (const [index, { metadata }] of shop.snapshots.entries()) {
      expect(metadata.labels).toEqual(snapshots[index]?.labels);
      expect(metadata.labels).toMatchObject({ [label.backup]: backup, [label.daily]: '2026-11-20' });
      expect(Object.keys(metadata.annotations ?? {})).toContain(annotation.dump);
    }
    expect(shop.calls).not.toContain('create volumesnapshots');
    expect(shop.note).toBeUndefined();
  });

  it('is told by a dry run with the class that it would be of', async () => {
    const { would } = await new GroupShop().backup({ ...settings, BAK_DRY_RUN: 'true' });
    expect(would).toMatchObject({ groupClass: 'fast-groups', snapshot: [{ pvc: 'data' }, { pvc: 'files' }] });
  });

  it('asks first whether it may do all that it does', async () => {
    const shop = new GroupShop();
    await shop.backup(settings);
    const used = new Set(shop.kube.calls.filter((call) => call !== 'exec' && !call.startsWith('review ')));
    for (const call of used) expect(shop.kube.calls).toContain(`review ${call}`);
    for (const verb of ['get', 'delete']) {
      expect(shop.kube.calls).toContain(`review ${verb} volumegroupsnapshots`);
    }
  });

  it('goes through when the controller writes to a member between our look and our patch', async () => {
    const shop = new GroupShop();
    shop.kube.failNext('patch volumesnapshots', kubeError(409, 'Conflict'));
    const { snapshots } = await shop.backup(settings);
    expect(snapshots).toHaveLength(2);
    expect(tiersOf(shop)).toEqual({ 'of-data': 3, 'of-files': 3 });
  });

  it('is the one that was made when the answer to its creation is lost', async () => {
    const shop = new GroupShop();
    shop.kube.failNext('create volumegroupsnapshots', kubeError(0, 'NetworkError'), { isDone: true });
    const { snapshots } = await shop.backup(settings);
    expect(snapshots).toHaveLength(2);
    expect(shop.groups).toHaveLength(1);
  });

  it('speaks an older version of the API where that is the newest', async () => {
    const shop = new GroupShop();
    shop.kube.failNext('list volumegroupsnapshotclasses', kubeError(404, 'NotFound'));
    await shop.backup(settings);
    expect(shop.groups).toMatchObject([{ apiVersion: 'groupsnapshot.storage.k8s.io/v1beta2' }]);
  });
});

describe('where a group snapshot is not possible', () => {
  it.each<[string, (shop: GroupShop) => void, string]>([
    [
      'without the API',
      ({ kube }) => {
        for (let version = 0; version < 3; version++)
          kube.failNext('list volumegroupsnapshotclasses', kubeError(404, 'NotFound'));
      },
      'the cluster does not serve groupsnapshot.storage.k8s.io',
    ],
    [
      'without a class',
      ({ kube }) => kube.remove(classes, 'fast-groups'),
      "There is no VolumeGroupSnapshotClass for driver 'csi.example.com'; create one",
    ],
    [
      'with two default classes',
      (shop) => shop.addClass('other-groups'),
      "Driver 'csi.example.com' has more than one default VolumeGroupSnapshotClass",
    ],
  ])('%s, a warning says so and the snapshots are made in parallel', async (_, spoil, reason) => {
    const shop = new GroupShop();
    spoil(shop);
    const { snapshots } = await shop.backup(settings);
    expect(snapshots).toMatchObject([{ pvc: 'data' }, { pvc: 'files' }]);
    expect(snapshots[0]).not.toHaveProperty('group');
    expect(shop.groups).toEqual([]);
    expect(shop.warnings).toEqual([expect.stringContaining(reason)]);
  });

  it('because nobody knows whether the API is there, there is no backup', async () => {
    const shop = new GroupShop();
    shop.kube.failNext('list volumegroupsnapshotclasses', kubeError(500, 'InternalError'));
    await problemsOf(shop);
    expect(shop.snapshots).toEqual([]);
  });
});

describe('a problem is', () => {
  it('a selection that means other PVCs than BAK_PVC_NAME', async () => {
    const shop = new GroupShop();
    shop.addVolume('media');
    shop.labelClaim('cache', 'pv-cache');
    expect(await problemsOf(shop, { BAK_PVC_NAME: 'data,files,media' })).toEqual([
      "BAK_VS_GROUP_SELECTOR is 'backup=together', but in namespace 'shop' PVC 'media' of BAK_PVC_NAME does not have these labels, and PVC 'cache' has them and is not in BAK_PVC_NAME; change the labels or the settings until both mean the same PVCs",
    ]);
  });

  it('a named class that does not exist, or is of another driver', async () => {
    const shop = new GroupShop();
    shop.addClass('foreign', 'csi.other.com');
    expect(await problemsOf(shop, { BAK_VS_GROUP_CLASS_NAME: 'gone' })).toEqual([
      "There is no VolumeGroupSnapshotClass 'gone'; set BAK_VS_GROUP_CLASS_NAME to another, the classes for driver 'csi.example.com' are: fast-groups",
    ]);
    expect(await problemsOf(shop, { BAK_VS_GROUP_CLASS_NAME: 'foreign' })).toEqual([
      expect.stringContaining("VolumeGroupSnapshotClass 'foreign' is of driver 'csi.other.com'"),
    ]);
  });

  it('PVCs of several drivers, which no group can have', async () => {
    const shop = new GroupShop();
    const spec = { csi: { driver: 'csi.other.com' } };
    shop.kube.put(persistentVolumes, object('PersistentVolume', { name: 'pv-files' }, { spec }));
    const other = { driver: 'csi.other.com', deletionPolicy: 'Delete' };
    const annotations = { 'snapshot.storage.kubernetes.io/is-default-class': 'true' };
    shop.kube.put(
      {
        group: 'snapshot.storage.k8s.io',
        version: 'v1',
        plural: 'volumesnapshotclasses',
        kind: 'VolumeSnapshotClass',
      },
      object('VolumeSnapshotClass', { name: 'other', annotations }, other),
    );
    expect(await problemsOf(shop)).toEqual([
      expect.stringContaining("'data' is of csi.example.com, 'files' is of csi.other.com"),
    ]);
  });
});

describe('a backup as a group snapshot is none', () => {
  it('when the storage has not cut the group in time: it is deleted again', async () => {
    const shop = new GroupShop();
    shop.groupStatus = undefined;
    const backup = rejectionOf(shop.backup({ ...settings, BAK_QUIESCE_TIMEOUT: '45s' }));
    await shop.context.clock.sleeping(45_000);
    await shop.passTime(45_000);
    expect(((await backup) as Error).message).toMatch(
      /^The storage did not cut VolumeGroupSnapshot 'data-.* within 45 s/,
    );
    expect(shop.groups).toEqual([]);
    expect(shop.note).toBeUndefined();
  });

  it('when a PVC is missing among its members', async () => {
    const shop = new GroupShop();
    shop.members = ['data'];
    const backup = rejectionOf(shop.backup(settings));
    await shop.context.clock.sleeping(900_000);
    await shop.passTime(900_000);
    const error = await backup;
    expect(error).toHaveProperty('reason', 'snapshot');
    expect((error as Error).message).toMatch(/had no member of PVC 'files' after 900 s/);
    expect(shop.groups).toEqual([]);
  });

  it('when a member is being deleted, before the time for them is over', async () => {
    const shop = new GroupShop();
    shop.members = ['data'];
    const single = shop.kube.onCreate;
    shop.kube.onCreate = (created) => {
      single(created);
      for (const member of shop.kube.all(volumeSnapshots)) {
        const metadata = { ...member.metadata, deletionTimestamp: cutAt };
        shop.kube.put(volumeSnapshots, { ...member, metadata });
      }
    };
    const error = await rejectionOf(shop.backup(settings));
    expect(error).toHaveProperty('reason', 'snapshot');
    expect((error as Error).message).toMatch(/'of-data' .* was deleted while it was being made/);
    expect(shop.groups).toEqual([]);
  });

  it('when a PVC got the label meanwhile and is a member, too', async () => {
    const shop = new GroupShop();
    shop.members = ['cache', 'data', 'files'];
    const error = await rejectionOf(shop.backup(settings));
    expect((error as Error).message).toMatch(
      /^VolumeSnapshot 'of-cache' .* is of PVC 'cache', which BAK_PVC_NAME/,
    );
    expect(shop.groups).toEqual([]);
    expect(tiersOf(shop)).toEqual({ 'of-cache': 0, 'of-data': 0, 'of-files': 0 });
  });

  it('when its members say that they were cut a minute apart', async () => {
    const shop = new GroupShop();
    shop.memberStatus = (pvc) => ({
      creationTime: `2026-11-20T00:${pvc === 'data' ? '00' : '01'}:00Z`,
      readyToUse: true,
    });
    const error = await rejectionOf(shop.backup(settings));
    expect((error as Error).message).toContain('were cut 60 s apart');
    expect(shop.groups).toEqual([]);
    expect(tiersOf(shop)).toEqual({ 'of-data': 0, 'of-files': 0 });
  });

  it('when a member is never ready: all lose their tiers, and the group stays for a person to look at', async () => {
    const shop = new GroupShop();
    shop.memberStatus = (pvc) => ({ creationTime: cutAt, readyToUse: pvc === 'data' });
    const backup = rejectionOf(shop.backup(settings));
    await shop.context.clock.sleeping(900_000);
    // Of the waits for members and for cuts, which are as long and over at once, too.
    await shop.passTime(1_000_000);
    expect(await backup).toHaveProperty('reason', 'snapshot');
    expect(tiersOf(shop)).toEqual({ 'of-data': 0, 'of-files': 0 });
    expect(shop.groups).toHaveLength(1);
  });

  it('when it cannot be deleted either, it says so, and the next backup does it', async () => {
    const shop = new GroupShop();
    shop.groupStatus = undefined;
    const backup = rejectionOf(shop.backup({ ...settings, BAK_QUIESCE_TIMEOUT: '45s' }));
    await shop.context.clock.sleeping(45_000);
    shop.kube.failNext('delete volumegroupsnapshots', kubeError(500, 'InternalError'));
    await shop.passTime(45_000);
    await backup;
    const [left] = shop.groups;
    expect(JSON.parse(shop.note ?? '')).toMatchObject({ groups: [left?.metadata.name] });
    expect(left?.metadata.annotations?.[annotation.failed]).toContain('did not cut');

    shop.groupStatus = { creationTime: cutAt };
    await shop.backup(settings);
    expect(shop.groups.map(({ metadata }) => metadata.uid)).not.toContain(left?.metadata.uid);
    expect(shop.note).toBeUndefined();
  });

  it('a group of which a user holds a member is not deleted', async () => {
    const shop = new GroupShop();
    shop.memberStatus = (pvc) => ({ creationTime: `2026-11-20T00:0${pvc.length}:00Z`, readyToUse: true });
    const held = shop.kube.onCreate;
    shop.kube.onCreate = (created) => {
      held(created);
      for (const one of shop.snapshots) {
        const labels = { ...one.metadata.labels, [label.hold]: 'true' };
        shop.kube.put(volumeSnapshots, { ...one, metadata: { ...one.metadata, labels } });
      }
    };
    await rejectionOf(shop.backup(settings));
    expect(shop.groups).toHaveLength(1);
    expect(tiersOf(shop)).toEqual({ 'of-data': 0, 'of-files': 0 });
  });
});
