import { describe, expect, it } from 'vitest';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { CancelledError } from '../../src/core/errors.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { leases, volumeSnapshots } from '../../src/kube/resources.ts';
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

function unfinishedOf(shop: Shop): string[] {
  return shop.snapshots.flatMap(({ metadata }) => metadata.labels?.[label.unfinished] ?? []);
}

/** Of `data` ready, of `files` only cut. */
function statusOf({ metadata }: KubeObject): Record<string, unknown> {
  const isData = metadata.labels?.[label.pvc] === 'data';
  return { creationTime: '2026-11-20T00:00:00Z', readyToUse: isData };
}

/** The same snapshots, of which all have become ready by then, and another run that is disturbed by nobody. */
function nightAfter(shop: Shop): Shop {
  const next = openShop();
  for (const one of shop.snapshots) next.kube.put(volumeSnapshots, { ...one, status: { readyToUse: true } });
  for (const one of shop.kube.all(leases)) next.kube.put(leases, { ...one, spec: {} });
  // Another run has other random characters.
  next.context.random.id(1);
  return next;
}

describe('a backup of two volumes', () => {
  it('makes a snapshot of each, which carry the same id and the same tiers, as no backup of both stands for the month', async () => {
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
    expect(snapshots.map(({ labels }) => tiers.filter((tier) => tier in labels).length)).toEqual([3, 3]);
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
    expect((error as Error).message).toMatch(
      /^Creating VolumeSnapshot 'data-[^']*' and 1 more in namespace 'shop'.*exceeded quota/,
    );
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

  it('is none when it is stopped while one of them is not ready: the next one has all tiers on both', async () => {
    const shop = openShop();
    shop.kube.onCreate = (created) => {
      if (created.kind === 'VolumeSnapshot')
        shop.kube.put(volumeSnapshots, { ...created, status: statusOf(created) });
    };
    const backup = rejectionOf(shop.backup(both));
    await shop.context.clock.sleeping(900_000);
    expect(unfinishedOf(shop)).toEqual(['unready-of-2', 'unready-of-2']);
    expect(JSON.parse(shop.note ?? '')).toMatchObject({
      snapshots: shop.snapshots.map((one) => one.metadata.name),
    });
    shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
    expect(await backup).toMatchObject({ reason: 'cancelled' });
    expect(tiersOf(shop)).toEqual({ data: 0, files: 0 });
    expect(failuresOf(shop)).toEqual(['Stopped by SIGTERM', 'Stopped by SIGTERM']);
    expect(shop.note).toBeUndefined();

    const next = nightAfter(shop);
    const { snapshots } = await next.backup(both);
    expect(snapshots.map(({ labels }) => tiers.filter((tier) => tier in labels).length)).toEqual([3, 3]);
    expect(unfinishedOf(next)).toEqual([]);
  });

  it.each<[string, readonly string[], readonly boolean[], 'stands' | 'is none']>([
    ['cut and ready', ['unready-of-2', 'unready-of-2'], [true, true], 'stands'],
    ['cut, and one not ready', ['unready-of-2', 'unready-of-2'], [true, false], 'is none'],
    ['ready, and perhaps of two moments', ['uncut-of-2', 'uncut-of-2'], [true, true], 'is none'],
    ['ready, and one not yet noted as cut', ['unready-of-2', 'uncut-of-2'], [true, true], 'stands'],
    ['ready, and one noted so', ['', 'unready-of-2'], [true, true], 'stands'],
    ['noted as ready, and one not so now', ['', 'unready-of-2'], [true, false], 'stands'],
    ['ready, and one not there', ['unready-of-2'], [true], 'is none'],
  ])(
    'that was killed with its snapshots %s is judged with all of them',
    async (_, marks, areReady, outcome) => {
      const shop = openShop();
      for (const [index, mark] of marks.entries()) {
        const labels = {
          [label.pvc]: ['data', 'files'][index] ?? '',
          [label.backup]: 'killed',
          [label.daily]: '2026-11-20',
          [label.weekly]: '2026-w47',
          [label.monthly]: '2026-11',
          ...(mark !== '' && { [label.unfinished]: mark }),
        };
        shop.kube.put(
          volumeSnapshots,
          snapshotObject(`killed-${index}`, labels, { readyToUse: areReady[index] }),
        );
      }
      const { snapshots } = await shop.backup(both);
      const killed = shop.snapshots.filter(({ metadata }) => metadata.labels?.[label.backup] === 'killed');
      const isNone = killed.every(({ metadata }) => metadata.annotations?.[annotation.failed] !== undefined);
      expect(isNone).toBe(outcome === 'is none');
      const tiersIn = (labels: Readonly<Record<string, string>> = {}) =>
        tiers.filter((tier) => tier in labels).length;
      const ofKilled = killed.map(({ metadata }) => tiersIn(metadata.labels));
      expect(new Set(ofKilled)).toEqual(new Set([outcome === 'stands' ? 3 : 0]));
      const ofNext = snapshots.map(({ labels }) => tiersIn(labels));
      expect(outcome === 'stands' || ofNext.every((count) => count === 3)).toBe(true);
      expect(unfinishedOf(shop)).toEqual([]);
    },
  );

  it('that is not waited for is finished as soon as both are cut', async () => {
    const shop = openShop();
    shop.status = { creationTime: '2026-11-20T00:00:00Z', readyToUse: false };
    const marks: string[] = [];
    const patch = shop.kube.patch.bind(shop.kube);
    shop.kube.patch = (resource, key, change, options) => {
      if (resource === volumeSnapshots) marks.push(JSON.stringify(change));
      return patch(resource, key, change, options);
    };
    await shop.backup({ ...both, BAK_VS_WAIT_UNTIL_READY: 'false' });
    // Nobody would come back for what still says so at the end.
    expect(marks).toEqual(Array(2).fill(expect.stringContaining(`"${label.unfinished}":null`)));
    expect(unfinishedOf(shop)).toEqual([]);
    expect(tiersOf(shop)).toEqual({ data: 3, files: 3 });
    expect(shop.note).toBeUndefined();
  });

  it('that cannot say at its end that it is complete is so all the same, and the next one says it', async () => {
    const shop = openShop();
    const patch = shop.kube.patch.bind(shop.kube);
    shop.kube.patch = (resource, key, change, options) => {
      const isEnd = JSON.stringify(change).includes(`"${label.unfinished}":null`);
      return isEnd ? Promise.reject(kubeError(403, 'Forbidden')) : patch(resource, key, change, options);
    };
    const error = await rejectionOf(shop.backup(both));
    expect(error).toMatchObject({
      reason: 'partial',
      result: { snapshots: [{ ready: true }, { ready: true }] },
    });
    expect(tiersOf(shop)).toEqual({ data: 3, files: 3 });
    shop.kube.patch = patch;
    await shop.backup(both);
    expect(unfinishedOf(shop)).toEqual([]);
    expect(failuresOf(shop)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('that cannot note at its end that nothing is to be undone says so, and the next one does it', async () => {
    const shop = openShop();
    const patch = shop.kube.patch.bind(shop.kube);
    shop.kube.patch = (resource, key, change, options) => {
      const isNoted = shop.note?.includes('data-') === true;
      const isEnd = isNoted && /"backup-ns.sh.quiesced":null/.test(JSON.stringify(change));
      return isEnd ? Promise.reject(kubeError(403, 'Forbidden')) : patch(resource, key, change, options);
    };
    const error = await rejectionOf(shop.backup(both));
    expect(error).toMatchObject({
      reason: 'partial',
      message: expect.stringContaining('could not be noted, which the next backup does') as string,
    });
    shop.kube.patch = patch;
    await shop.backup(both);
    expect(shop.note).toBeUndefined();
    expect(failuresOf(shop)).toEqual([undefined, undefined, undefined, undefined]);
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
