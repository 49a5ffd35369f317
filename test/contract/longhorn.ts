import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setTimeout as delay } from 'node:timers/promises';
import type { LonghornServer } from './longhorn-server.ts';
import type { Answer } from './server.ts';

const api = '/apis/longhorn.io/v1beta2/namespaces/longhorn-system';
const manager = '/api/v1/namespaces/longhorn-system/services/longhorn-backend:9500/proxy/v1';
const megabyte = 'x'.repeat(2 ** 20);

async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`it has not come to this: ${what}`);
    await delay(5);
  }
}

/** What Longhorn does, as far as this project stands on it. To be called in a test file, once. */
export function longhornContract(open: () => Promise<LonghornServer>): void {
  let server: LonghornServer;
  beforeAll(async () => {
    server = await open();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  const get = (plural: string, name: string) => server.request('GET', `${api}/${plural}/${name}`);
  const remove = (plural: string, name: string) => server.request('DELETE', `${api}/${plural}/${name}`);
  const post = (plural: string, kind: string, body: object): Promise<Answer> =>
    server.request('POST', `${api}/${plural}`, {
      body: { apiVersion: 'longhorn.io/v1beta2', kind, ...body },
    });

  async function statusOf(plural: string, name: string): Promise<Answer['body']> {
    return (await get(plural, name)).body.status ?? {};
  }
  const untilStatus = async (plural: string, name: string, isDone: (status: Answer['body']) => unknown) => {
    await until(`${plural} ${name}`, async () => isDone(await statusOf(plural, name)));
    return statusOf(plural, name);
  };
  const untilGone = (plural: string, name: string) =>
    until(`${plural} ${name} to be gone`, async () => (await get(plural, name)).status === 404);

  const snapshot = (name: string, volume: string, spec: object = {}) =>
    post('snapshots', 'Snapshot', { metadata: { name }, spec: { volume, createSnapshot: true, ...spec } });
  async function snap(name: string, volume: string): Promise<Answer['body']> {
    expect((await snapshot(name, volume)).status).toBe(201);
    return untilStatus('snapshots', name, ({ readyToUse }) => readyToUse);
  }
  const backup = (name: string, volume: string, snapshotName: string, spec: object = {}) =>
    post('backups', 'Backup', {
      metadata: { name, labels: { 'backup-volume': volume, 'backup-target': 'default' } },
      spec: { snapshotName, ...spec },
    });
  async function backUp(
    name: string,
    volume: string,
    snapshotName: string,
    spec: object = {},
  ): Promise<Answer['body']> {
    expect((await backup(name, volume, snapshotName, spec)).status).toBe(201);
    return untilStatus('backups', name, ({ state }) => state === 'Completed' || state === 'Error');
  }

  describe('a Snapshot of Longhorn', () => {
    test('is cut, then ready, behind the one before it, with the head as its child', async () => {
      const volume = await server.provision('chain');
      await server.write('chain', 'file', 'one');
      const first = await snap('chain-1', volume);
      expect(first).toMatchObject({
        parent: '',
        children: { 'volume-head': true },
        userCreated: true,
        markRemoved: false,
        size: 3,
      });
      expect(Date.parse(first.creationTime)).toBeGreaterThan(0);
      await server.write('chain', 'other', 'three');
      const second = await snap('chain-2', volume);
      expect(second).toMatchObject({ parent: 'chain-1', children: { 'volume-head': true }, size: 5 });
      await untilStatus('snapshots', 'chain-1', ({ children }) => children['chain-2'] === true);
      expect((await get('snapshots', 'chain-1')).body.metadata).toMatchObject({
        labels: { longhornvolume: volume },
        finalizers: ['longhorn.io'],
      });
    });

    test('that is right behind the head stays, marked, until there is a newer one', async () => {
      const volume = await server.provision('head');
      await snap('head-1', volume);
      await remove('snapshots', 'head-1');
      await untilStatus('snapshots', 'head-1', ({ markRemoved }) => markRemoved === true);
      expect((await get('snapshots', 'head-1')).body.metadata.deletionTimestamp).toBeDefined();
      await snap('head-2', volume);
      await untilGone('snapshots', 'head-1');
      expect(await statusOf('snapshots', 'head-2')).toMatchObject({ parent: '' });
    });

    test('that is in the midst of the chain goes, and its child takes what it held', async () => {
      const volume = await server.provision('midst');
      for (const [index, content] of ['a', 'bb', 'ccc'].entries()) {
        await server.write('midst', `file-${index}`, content);
        await snap(`midst-${index}`, volume);
      }
      await remove('snapshots', 'midst-1');
      await untilGone('snapshots', 'midst-1');
      const last = await untilStatus('snapshots', 'midst-2', ({ parent }) => parent === 'midst-0');
      expect(last.size).toBe(5);
    });

    test('is refused without a volume, of a volume that is not there, and with a label that has an equals sign', async () => {
      const volume = await server.provision('refused');
      const refusals = [
        await post('snapshots', 'Snapshot', {
          metadata: { name: 'no-volume' },
          spec: { createSnapshot: true, volume: '' },
        }),
        await snapshot('no-such', 'no-such-volume'),
        await snapshot('odd', volume, { labels: { key: 'a=b' } }),
      ];
      for (const { status } of refusals) expect([400, 403, 422]).toContain(status);
    });

    test('keeps its volume', async () => {
      const volume = await server.provision('fixed');
      await snap('fixed-1', volume);
      const { status } = await server.request('PATCH', `${api}/snapshots/fixed-1`, {
        body: { spec: { volume: 'another' } },
        contentType: 'application/merge-patch+json',
      });
      expect([400, 403, 422]).toContain(status);
    });

    test('is refused when the volume has as many as it may', async () => {
      const volume = await server.provision('full');
      await server.request('PATCH', `${api}/volumes/${volume}`, {
        body: { spec: { snapshotMaxCount: 2 } },
        contentType: 'application/merge-patch+json',
      });
      await snap('full-1', volume);
      await snap('full-2', volume);
      const { status, body } = await snapshot('full-3', volume);
      expect([400, 403, 422]).toContain(status);
      expect(body.message).toContain('snapshot');
    });

    test('says what is wrong while the engine is away, and is made when that is back', async () => {
      const volume = await server.provision('away');
      await server.restartEngine(volume);
      expect((await snapshot('away-1', volume)).status).toBe(201);
      const waiting = await untilStatus('snapshots', 'away-1', ({ error }) => error);
      expect(waiting.readyToUse).toBe(false);
      await server.engineIsBack(volume);
      await server.pass(1000);
      const ready = await untilStatus('snapshots', 'away-1', ({ readyToUse }) => readyToUse);
      expect(ready.error ?? '').toBe('');
    });
  });

  describe('a Backup of Longhorn', () => {
    test('has all of the volume at the target, with the labels that it was made with', async () => {
      const volume = await server.provision('whole');
      await server.write('whole', 'file', megabyte);
      await snap('whole-1', volume);
      const made = await backUp('whole-b1', volume, 'whole-1', { labels: { tier: 'daily' } });
      expect(made).toMatchObject({
        state: 'Completed',
        progress: 100,
        volumeName: volume,
        snapshotName: 'whole-1',
        labels: { tier: 'daily' },
        backupTargetName: 'default',
        error: '',
      });
      expect(made.url).toContain('backup=whole-b1');
      expect(made.url).toContain(`volume=${volume}`);
      expect(Number(made.newlyUploadDataSize)).toBeGreaterThanOrEqual(2 ** 20);
      expect(Date.parse(made.snapshotCreatedAt)).toBeGreaterThan(0);
      const { body } = await server.request(
        'GET',
        `${api}/backupvolumes?labelSelector=backup-volume%3D${volume}`,
      );
      expect(body.items).toMatchObject([
        { spec: { volumeName: volume }, status: { lastBackupName: 'whole-b1' } },
      ]);
    });

    test('moves only what has changed since the last one, unless it is a full one', async () => {
      const volume = await server.provision('changed');
      await server.write('changed', 'large', megabyte);
      await snap('changed-1', volume);
      await backUp('changed-b1', volume, 'changed-1');
      const before = await server.storedBytes(volume);
      await server.write('changed', 'small', 'new');
      await snap('changed-2', volume);
      const second = await backUp('changed-b2', volume, 'changed-2');
      expect(await server.storedBytes(volume)).toBeGreaterThan(before);
      expect(Number(second.newlyUploadDataSize)).toBeLessThan(Number(second.size));
      await snap('changed-3', volume);
      const full = await backUp('changed-b3', volume, 'changed-3', { backupMode: 'full' });
      expect(Number(full.newlyUploadDataSize) + Number(full.reUploadedDataSize ?? 0)).toBe(Number(full.size));
    });

    test('that is deleted takes along what no other one has, and leaves the snapshot', async () => {
      const volume = await server.provision('deleted');
      await server.write('deleted', 'kept', 'kept');
      await snap('deleted-1', volume);
      await backUp('deleted-b1', volume, 'deleted-1');
      const first = await server.storedBytes(volume);
      await server.write('deleted', 'more', 'more and more');
      await snap('deleted-2', volume);
      await backUp('deleted-b2', volume, 'deleted-2');
      await remove('backups', 'deleted-b2');
      await untilGone('backups', 'deleted-b2');
      expect(await server.storedBytes(volume)).toBe(first);
      expect((await get('snapshots', 'deleted-2')).status).toBe(200);
      await remove('backups', 'deleted-b1');
      await untilGone('backups', 'deleted-b1');
      expect(await server.storedBytes(volume)).toBe(0);
    });

    test('is refused without the label of its volume', async () => {
      const { status } = await post('backups', 'Backup', {
        metadata: { name: 'nameless' },
        spec: { snapshotName: 'any' },
      });
      expect([400, 403, 422]).toContain(status);
    });

    test('that fails says why, and goes by itself after a day', async () => {
      const volume = await server.provision('failing');
      await snap('failing-1', volume);
      await server.failNextBackup('the disk of the target is full');
      const failed = await backUp('failing-b1', volume, 'failing-1');
      expect(failed).toMatchObject({ state: 'Error', error: 'the disk of the target is full' });
      expect(await server.storedBytes(volume)).toBe(0);
      await server.pass(25 * 60 * 60_000);
      await untilGone('backups', 'failing-b1');
    });
  });

  describe('a BackupTarget of Longhorn', () => {
    test('that is away is said to be, and no backup is taken', async () => {
      const volume = await server.provision('outage');
      await snap('outage-1', volume);
      await server.setTargetReachable(false);
      const away = await untilStatus('backuptargets', 'default', ({ available }) => available === false);
      expect(away.conditions).toContainEqual(
        expect.objectContaining({ type: 'Unavailable', status: 'True' }),
      );
      expect([400, 403, 422]).toContain((await backup('outage-b1', volume, 'outage-1')).status);
      await server.setTargetReachable(true);
      await untilStatus('backuptargets', 'default', ({ available }) => available === true);
    });

    test('that is away lets the resource of a backup go, while the data stays and comes back with a sync', async () => {
      const volume = await server.provision('orphaned');
      await server.write('orphaned', 'file', 'precious');
      await snap('orphaned-1', volume);
      await backUp('orphaned-b1', volume, 'orphaned-1', { labels: { tier: 'weekly' } });
      const bytes = await server.storedBytes(volume);
      await server.setTargetReachable(false);
      await untilStatus('backuptargets', 'default', ({ available }) => available === false);
      await remove('backups', 'orphaned-b1');
      await untilGone('backups', 'orphaned-b1');
      await server.setTargetReachable(true);
      await untilStatus('backuptargets', 'default', ({ available }) => available === true);
      expect(await server.storedBytes(volume)).toBe(bytes);
      await server.pass(2000);
      await server.request('PATCH', `${api}/backuptargets/default`, {
        body: { spec: { syncRequestedAt: '2999-01-01T00:00:00Z' } },
        contentType: 'application/merge-patch+json',
      });
      const back = await untilStatus('backups', 'orphaned-b1', ({ state }) => state === 'Completed');
      expect(back).toMatchObject({
        labels: { tier: 'weekly' },
        volumeName: volume,
        snapshotName: 'orphaned-1',
      });
      expect((await get('backups', 'orphaned-b1')).body.metadata.labels).toEqual({
        'backup-volume': volume,
        'backup-target': 'default',
      });
    });
  });

  describe('a Volume of Longhorn that is made from a backup', () => {
    const volumeFrom = (name: string, fromBackup: string) =>
      post('volumes', 'Volume', {
        metadata: { name },
        spec: { fromBackup, size: String(2 ** 26), numberOfReplicas: 1 },
      });

    test('needs its restore, then has all that the backup had', async () => {
      const volume = await server.provision('source');
      await server.write('source', 'file', 'as it was');
      await snap('source-1', volume);
      const { url } = await backUp('source-b1', volume, 'source-1');
      await server.write('source', 'file', 'as it is');
      expect((await volumeFrom('from-backup', url)).status).toBe(201);
      await untilStatus(
        'volumes',
        'from-backup',
        ({ restoreInitiated, restoreRequired }) => restoreInitiated && restoreRequired === false,
      );
      await server.bind('restored', 'from-backup');
      expect(await server.read('restored', 'file')).toBe('as it was');
      expect(await server.read('source', 'file')).toBe('as it is');
    });

    test('of a backup that is not there is faulted, and says why', async () => {
      const volume = await server.provision('nowhere');
      await snap('nowhere-1', volume);
      const { url } = await backUp('nowhere-b1', volume, 'nowhere-1');
      await remove('backups', 'nowhere-b1');
      await untilGone('backups', 'nowhere-b1');
      expect((await volumeFrom('from-nowhere', url)).status).toBe(201);
      const faulted = await untilStatus(
        'volumes',
        'from-nowhere',
        ({ robustness }) => robustness === 'faulted',
      );
      expect(faulted.conditions).toContainEqual(
        expect.objectContaining({
          type: 'Restore',
          reason: 'RestoreFailure',
          message: expect.stringContaining('nowhere-b1') as unknown,
        }),
      );
      expect(faulted.restoreRequired).toBe(true);
    });
  });

  describe('the API of the manager of Longhorn', () => {
    const act = (volume: string, action: string, name?: string) =>
      server.request('POST', `${manager}/volumes/${volume}?action=${action}`, {
        body: name === undefined ? {} : { name },
      });
    const names = async (volume: string): Promise<string[]> =>
      (await act(volume, 'snapshotList')).body.data.map(
        ({ name, removed }: { name: string; removed: boolean }) => (removed ? `${name} (removed)` : name),
      );

    test('marks a snapshot, and takes it out with a purge', async () => {
      const volume = await server.provision('purged');
      for (const name of ['purged-1', 'purged-2', 'purged-3']) await snap(name, volume);
      expect((await act(volume, 'snapshotDelete', 'purged-1')).status).toBe(200);
      expect(await names(volume)).toEqual(['purged-1 (removed)', 'purged-2', 'purged-3', 'volume-head']);
      expect((await act(volume, 'snapshotPurge')).status).toBe(200);
      await until('the purge', async () => !(await names(volume)).join(' ').includes('purged-1'));
    });

    test('leaves what is right behind the head', async () => {
      const volume = await server.provision('behind');
      await snap('behind-1', volume);
      await act(volume, 'snapshotDelete', 'behind-1');
      await act(volume, 'snapshotPurge');
      expect(await names(volume)).toEqual(['behind-1 (removed)', 'volume-head']);
    });

    test('says what it does not know, and does nothing without an engine', async () => {
      const volume = await server.provision('engineless');
      await snap('engineless-1', volume);
      expect((await server.request('GET', `${manager}/volumes/no-such`)).status).toBe(404);
      expect((await act(volume, 'snapshotDelete', 'no-such')).status).not.toBe(200);
      await server.restartEngine(volume);
      const { status, body } = await act(volume, 'snapshotDelete', 'engineless-1');
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toMatchObject({ type: 'error', message: expect.any(String) as unknown });
      await server.engineIsBack(volume);
    });
  });
}
