import { describe, expect, it } from 'vitest';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { kubeError } from '../support/fake-kube.ts';
import { snapshotObject } from '../support/objects.ts';
import { goodCheck, Shop } from './shop.ts';

const both = { BAK_PVC_NAME: 'data,files' };
const tiers = [label.daily, label.weekly, label.monthly];

function openShop(): Shop {
  const shop = new Shop();
  shop.addVolume('files');
  return shop;
}

function tiersOf(shop: Shop): Record<string, number> {
  return Object.fromEntries(
    shop.snapshots.map(({ metadata: { labels = {} } }) => [
      labels[label.pvc] ?? '',
      tiers.filter((tier) => tier in labels).length,
    ]),
  );
}

function failuresOf(shop: Shop): (string | undefined)[] {
  return shop.snapshots.map(({ metadata }) => metadata.annotations?.[annotation.failed]);
}

describe('a backup of two volumes', () => {
  it('makes a snapshot of each, which carry the same id and the labels of their own tiers', async () => {
    const shop = openShop();
    const monthOfFiles = { [label.pvc]: 'files', [label.monthly]: '2026-11' };
    shop.kube.put(volumeSnapshots, snapshotObject('old', monthOfFiles, { readyToUse: true }));
    const { backup, snapshots } = await shop.backup(both);
    expect(backup).toBe('2026-11-20-000000-cccccc');
    expect(snapshots.map(({ name, pvc, ready }) => ({ name, pvc, ready }))).toEqual([
      { name: `data-${backup}`, pvc: 'data', ready: true },
      { name: `files-${backup}`, pvc: 'files', ready: true },
    ]);
    expect(snapshots.map(({ labels }) => labels[label.backup])).toEqual([backup, backup]);
    expect(snapshots.map(({ labels }) => tiers.filter((tier) => tier in labels).length)).toEqual([3, 2]);
    expect(shop.note).toBeUndefined();
  });

  it('is none when the second cannot be created: the first is marked as failed and stands for no tier', async () => {
    const shop = openShop();
    let isFirst = true;
    shop.kube.onCreate = (created) => {
      if (created.kind !== 'VolumeSnapshot') return;
      if (!isFirst) shop.kube.remove(volumeSnapshots, created.metadata.name ?? '');
      if (!isFirst) throw kubeError(403, 'Forbidden', 'exceeded quota');
      isFirst = false;
    };
    const error = await rejectionOf(shop.backup(both));
    expect(error).toMatchObject({ reason: 'snapshot' });
    expect((error as Error).message).toContain('exceeded quota');
    expect(tiersOf(shop)).toEqual({ data: 0 });
    expect(failuresOf(shop)).toEqual([expect.stringContaining('exceeded quota')]);
    expect(shop.note).toBeUndefined();
  });

  it('is none when one of them is never ready: the other loses its tiers as well', async () => {
    const shop = openShop();
    shop.kube.onCreate = (created) => {
      if (created.kind !== 'VolumeSnapshot') return;
      const isData = created.metadata.labels?.[label.pvc] === 'data';
      const status = { creationTime: '2026-11-20T00:00:00Z', readyToUse: isData };
      shop.kube.put(volumeSnapshots, { ...created, status });
    };
    const backup = rejectionOf(shop.backup(both));
    await shop.context.clock.sleeping(900_000);
    await shop.passTime(900_000);
    expect(await backup).toMatchObject({ reason: 'snapshot' });
    expect(tiersOf(shop)).toEqual({ data: 0, files: 0 });
    expect(failuresOf(shop)).toEqual([
      expect.stringMatching(/^VolumeSnapshot 'files-.*' of the same backup failed$/),
      expect.stringContaining('not ready after 900 s'),
    ]);
  });

  it('is none when the storage has not cut both in time', async () => {
    const shop = openShop();
    shop.status = undefined;
    const backup = rejectionOf(shop.backup({ ...both, BAK_QUIESCE_TIMEOUT: '45s' }));
    await shop.context.clock.sleeping(45_000);
    await shop.passTime(45_000);
    const error = await backup;
    expect(error).toMatchObject({ reason: 'snapshot' });
    expect((error as Error).message).toMatch(/The storage did not cut VolumeSnapshot 'data-.* within 45 s/);
    expect(tiersOf(shop)).toEqual({ data: 0, files: 0 });
  });

  it('is none when the storage says that it cut them a minute apart', async () => {
    const shop = openShop();
    shop.kube.onCreate = (created) => {
      if (created.kind !== 'VolumeSnapshot') return;
      const minute = created.metadata.labels?.[label.pvc] === 'data' ? '00' : '01';
      const status = { creationTime: `2026-11-20T00:${minute}:00Z`, readyToUse: true };
      shop.kube.put(volumeSnapshots, { ...created, status });
    };
    const error = await rejectionOf(shop.backup(both));
    expect((error as Error).message).toContain('were cut 60 s apart, longer than the app was at rest');
    expect(tiersOf(shop)).toEqual({ data: 0, files: 0 });
  });

  it('that could not mark what it left is put in order by the next one', async () => {
    const shop = openShop();
    shop.status = undefined;
    const backup = rejectionOf(shop.backup({ ...both, BAK_QUIESCE_TIMEOUT: '45s' }));
    await shop.context.clock.sleeping(45_000);
    for (const _ of ['data', 'files'])
      shop.kube.failNext('patch volumesnapshots', kubeError(500, 'InternalError'));
    await shop.passTime(45_000);
    await backup;
    expect(tiersOf(shop)).toEqual({ data: 3, files: 3 });
    const left = shop.snapshots.map(({ metadata }) => metadata.name);
    expect(JSON.parse(shop.note ?? '')).toMatchObject({ snapshots: left });
    for (const one of shop.snapshots)
      shop.kube.put(volumeSnapshots, { ...one, status: { readyToUse: true } });

    shop.status = { readyToUse: true };
    const { snapshots } = await shop.backup(both);
    expect(snapshots.map(({ labels }) => tiers.filter((tier) => tier in labels).length)).toEqual([3, 3]);
    expect(failuresOf(shop).filter((reason) => reason?.includes('was killed'))).toHaveLength(2);
    expect(shop.note).toBeUndefined();
  });

  it('names every PVC that is missing', async () => {
    const shop = new Shop();
    const error = await rejectionOf(shop.backup({ BAK_PVC_NAME: 'data,files,media' }));
    expect((error as Error).message.split('\n')).toEqual([
      expect.stringContaining("There is no PVC 'files'"),
      expect.stringContaining("There is no PVC 'media'"),
    ]);
  });

  it('takes a dump on either of them', async () => {
    const shop = openShop();
    shop.check = { stdout: goodCheck.stdout?.replace('directory=/data', 'directory=/files') ?? '' };
    const { snapshots } = await shop.backup({ ...both, BAK_DB_POSTGRES_DUMP_FILE: '/files/dump.sql.gz' });
    expect(snapshots).toHaveLength(2);
  });
});
