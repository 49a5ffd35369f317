import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { dumpScript } from '../../src/databases/postgres/scripts.ts';
import { CancelledError, UserError } from '../../src/core/errors.ts';
import { pods, volumeSnapshots } from '../../src/kube/resources.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { lockDirectory } from '../locks/support.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object, snapshotObject } from '../support/objects.ts';
import { goodDump, sha256, Shop, untilAborted } from './shop.ts';

const prefix = 'backup-ns.sh/';
const tierLabels = ['daily', 'weekly', 'monthly'].map((tier) => `${prefix}${tier}`);
const tiersOf = (labels: Record<string, string> | undefined) =>
  tierLabels.filter((name) => labels && name in labels);
const fifteenMinutes = 900_000;

/** A backup that hangs at its snapshot, which has no status yet. */
async function waitingShop() {
  const shop = new Shop();
  shop.status = undefined;
  const backup = shop.backup();
  backup.catch(() => {});
  await vi.waitFor(() => expect(shop.calls).toContain('watch volumesnapshots'), { interval: 1 });
  await shop.context.clock.sleeping(fifteenMinutes);
  const [snapshot] = shop.snapshots;
  if (!snapshot) throw new Error('there is no snapshot');
  return { shop, backup, snapshot, name: snapshot.metadata.name ?? '' };
}

describe('a backup', () => {
  it('checks, dumps, looks for taken labels, snapshots and waits, in this order', async () => {
    const shop = new Shop();
    await shop.backup();
    const { calls } = shop;
    expect(calls.slice(calls.indexOf('exec'))).toEqual([
      'exec',
      'exec',
      'list volumesnapshots',
      'create volumesnapshots',
      'watch volumesnapshots',
    ]);
  });

  it('tells what it made', async () => {
    const shop = new Shop();
    const result = await shop.backup();
    const name = 'data-2026-11-20-000000-cccccc';
    expect(result).toMatchObject({
      namespace: 'shop',
      dryRun: false,
      dumps: [
        { engine: 'postgres', version: '17.2', toolVersion: '17.4', database: 'shop', bytes: 1234, sha256 },
        { propertiesOf: 'shop', path: '/data/dump.sql.gz.properties.sql', bytes: 567, sha256 },
      ],
      snapshots: [{ name, pvc: 'data', className: 'fast', ready: true }],
    });
    expect(Object.keys(result.seconds)).toEqual([
      'lease',
      'preflight',
      'dump',
      'labels',
      'snapshot',
      'release',
      'ready',
      'total',
    ]);
    expect(shop.snapshots.map(({ metadata }) => metadata.name)).toEqual([name]);
  });

  it('records on the snapshot what it did, without a secret', async () => {
    const shop = new Shop();
    await shop.backup({ BAK_LABEL_VS_POD: 'backup-1', TZ: 'Europe/Vienna' });
    const [snapshot] = shop.snapshots;
    expect(snapshot?.metadata.labels).toEqual({
      [`${prefix}pvc`]: 'data',
      [`${prefix}pvc-uid`]: 'uid-data',
      [`${prefix}backup`]: '2026-11-20-010000-cccccc',
      [`${prefix}type`]: 'adhoc',
      [`${prefix}pod`]: 'backup-1',
      [`${prefix}retain`]: 'daily_weekly_monthly',
      [`${prefix}daily`]: '2026-11-20',
      [`${prefix}weekly`]: '2026-w47',
      [`${prefix}monthly`]: '2026-11',
      [`${prefix}keep-until`]: '2026-12-04',
    });
    const { [`${prefix}dump`]: dump = '', [`${prefix}env-config`]: config = '' } =
      snapshot?.metadata.annotations ?? {};
    expect(JSON.parse(dump)).toMatchObject([
      { path: '/data/dump.sql.gz', database: 'shop', bytes: 1234, sha256 },
      { path: '/data/dump.sql.gz.properties.sql', propertiesOf: 'shop', bytes: 567, sha256 },
    ]);
    expect(JSON.parse(config)).toMatchObject({ BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/db' });
    expect(snapshot?.metadata.annotations).toHaveProperty([`${prefix}time-zone`], 'Europe/Vienna');
    expect(snapshot).toMatchObject({
      spec: { volumeSnapshotClassName: 'fast', source: { persistentVolumeClaimName: 'data' } },
    });
    expect(JSON.stringify([snapshot, shop.context.lines])).not.toContain('sesame');
  });

  it('sends the password on stdin, which stays open, and never as an argument', async () => {
    const shop = new Shop();
    const heard: string[] = [];
    shop.dump = async ({ stdin }) => {
      if (!(stdin instanceof Readable)) throw new Error('stdin is not a stream');
      heard.push(String(await new Promise((resolve) => stdin.once('data', resolve))));
      expect(stdin.readableEnded).toBe(false);
      stdin.push(null);
      heard.push(await text(stdin));
      return goodDump;
    };
    await shop.backup();
    const [said = '', rest] = heard;
    expect([said.startsWith(dumpScript), said.endsWith('sesame\n'), rest]).toEqual([true, true, '']);
    expect(shop.execs.flatMap(({ command }) => command.slice(3)).join(' ')).not.toContain('sesame');
  });

  it('talks to the same pod from the check to the dump', async () => {
    const shop = new Shop();
    const check = shop.check;
    shop.check = (options) => {
      shop.kube.put(pods, { ...shop.kube.all(pods)[0]!, metadata: { name: 'db-2', labels: { app: 'db' } } });
      return typeof check === 'function' ? check(options) : Promise.resolve(check);
    };
    await shop.backup();
    expect(shop.execs.map(({ pod, container }) => `${pod}/${container}`)).toEqual([
      'db-1/postgres',
      'db-1/postgres',
    ]);
  });

  it('gives the tiers that no ready snapshot of the PVC has', async () => {
    const shop = new Shop();
    const pvc = { [`${prefix}pvc`]: 'data' };
    const annotations = { [`${prefix}databases`]: '1' };
    const put = (name: string, labels: Record<string, string>, readyToUse = true) =>
      shop.kube.put(
        volumeSnapshots,
        object('VolumeSnapshot', { name, labels, annotations }, { status: { readyToUse } }),
      );
    put('a', { ...pvc, [`${prefix}monthly`]: '2026-11' });
    put('b', { ...pvc, [`${prefix}daily`]: '2026-11-20' }, false);
    put('c', { [`${prefix}pvc`]: 'other', [`${prefix}weekly`]: '2026-w47' });
    const { snapshots } = await shop.backup();
    expect(tiersOf(snapshots[0]?.labels)).toEqual([`${prefix}daily`, `${prefix}weekly`]);
  });

  it('makes no snapshot when it cannot be known which tiers are taken', async () => {
    const shop = new Shop();
    shop.kube.failNext('list volumesnapshots', kubeError(500, 'InternalError', 'etcd is away'));
    expect(await rejectionOf(shop.backup())).toMatchObject({
      reason: 'snapshot',
      message: 'Finding out which labels are due failed: etcd is away',
    });
    expect(shop.snapshots).toEqual([]);
  });

  it('does not wait when it is told not to', async () => {
    const shop = new Shop();
    shop.status = undefined;
    const { snapshots } = await shop.backup({ BAK_VS_WAIT_UNTIL_READY: 'false' });
    expect(snapshots).toMatchObject([{ ready: false }]);
    expect(shop.calls).not.toContain('watch volumesnapshots');
  });

  it('snapshots without a dump when that is wanted', async () => {
    const shop = new Shop();
    const result = await shop.backup({ BAK_DB_POSTGRES: '', BAK_DB_SKIP: 'true' });
    expect(result).toMatchObject({ dumps: [], snapshots: [{ ready: true }] });
    expect(shop.snapshots[0]?.metadata.annotations).not.toHaveProperty([`${prefix}dump`]);
    const checked = shop.context.lines.find(({ msg }) => msg === 'checked');
    expect(checked).toMatchObject({ pvc: 'data' });
    expect(checked).not.toHaveProperty('pod');
  });
});

describe('a dry run', () => {
  it('only reads and asks', async () => {
    const shop = new Shop();
    const directory = lockDirectory();
    const result = await shop.backup({ BAK_DRY_RUN: 'true', BAK_FLOCK: 'true', BAK_FLOCK_DIR: directory });
    expect(result).toMatchObject({ dryRun: true, dumps: [], snapshots: [] });
    expect(readdirSync(directory)).toEqual([]);
    const verbs = new Set(shop.kube.calls.map((call) => call.split(' ')[0]));
    expect(verbs).toEqual(new Set(['review', 'get', 'list', 'exec']));
    expect(shop.execs).toHaveLength(1);
  });

  it('says what would be done', async () => {
    const shop = new Shop();
    shop.addVolume('files');
    const directory = lockDirectory();
    const hook = {
      name: 'rest',
      exec: 'deployment/db',
      container: 'postgres',
      before: ['rest'],
      after: ['wake'],
    };
    const { would } = await shop.backup({
      BAK_DRY_RUN: 'true',
      BAK_PVC_NAME: 'data,files',
      BAK_HOOKS: JSON.stringify([hook]),
      BAK_FLOCK: 'true',
      BAK_FLOCK_DIR: directory,
    });
    const { className, deletionPolicy } = { className: 'fast', deletionPolicy: 'Retain' };
    expect(would).toEqual({
      dump: [{ engine: 'postgres', pod: 'db-1', container: 'postgres', databases: ['shop'] }],
      snapshot: [
        { pvc: 'data', className, deletionPolicy },
        { pvc: 'files', className, deletionPolicy },
      ],
      hooks: [{ name: 'rest', pod: 'db-1' }],
      lockDirectory: directory,
    });
  });

  it('says what is wrong with the directory of the locks', async () => {
    const directory = lockDirectory();
    writeFileSync(join(directory, '.method'), 'lockfile\n');
    for (const [wrong, words] of [
      ['/nowhere', "'/nowhere' does not exist"],
      [directory, "is used with 'lockfile'"],
    ] as const) {
      const run = { BAK_DRY_RUN: 'true', BAK_FLOCK: 'true', BAK_FLOCK_DIR: wrong, BAK_FLOCK_METHOD: 'flock' };
      expect(await rejectionOf(new Shop().backup(run))).toMatchObject({
        reason: 'preflight',
        message: expect.stringContaining(words) as string,
      });
    }
  });
});

describe('a dump that fails', () => {
  it.each([
    [
      { exitCode: 65, stderr: 'pg_dump: error: a\npg_dump ended with exit status 1\n' },
      'dump',
      /error: a; pg_dump/,
    ],
    [{ exitCode: 64, stderr: 'variable X is empty\n' }, 'preflight', /variable X is empty/],
    [{ exitCode: 2 }, 'dump', /exit status 2/],
    [{ ...goodDump, exitCode: 1 }, 'dump', /exit status 1/],
    [{ stdout: goodDump.stdout?.replace('end\n', '') ?? '' }, 'dump', /did not arrive whole/],
    [{ stdout: goodDump.stdout?.replace(sha256, 'abc') ?? '' }, 'dump', /did not arrive whole/],
    [{ stdout: goodDump.stdout?.replace('1234', '0') ?? '' }, 'dump', /did not arrive whole/],
  ])('ends the backup without a snapshot: %j', async (answer, reason, words) => {
    const shop = new Shop();
    shop.dump = answer;
    const error = await rejectionOf(shop.backup());
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ reason });
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).toContain("container 'postgres' of pod 'db-1' in namespace 'shop'");
    expect(shop.snapshots).toEqual([]);
  });

  it('does not claim that the old dump is there when the new one was reported as done', async () => {
    const shop = new Shop();
    shop.dump = { exitCode: 0, stdout: 'begun=0\n' };
    const error = await rejectionOf(shop.backup());
    expect((error as Error).message).not.toContain('is as it was');
  });

  it('may be cut off from us', async () => {
    const shop = new Shop();
    shop.dump = () => Promise.reject(kubeError(0, 'ExecNoStatus', 'the connection ended without a status'));
    expect(await rejectionOf(shop.backup())).toMatchObject({
      reason: 'dump',
      message: 'The dump failed: the connection ended without a status',
    });
    expect(shop.snapshots).toEqual([]);
  });

  it('is stopped with us, and no snapshot follows', async () => {
    const shop = new Shop();
    shop.dump = untilAborted;
    const backup = rejectionOf(shop.backup());
    await vi.waitFor(() => expect(shop.execs).toHaveLength(2), { interval: 1 });
    const reason = new CancelledError('Stopped by SIGTERM');
    shop.context.stop.abort(reason);
    expect(await backup).toBe(reason);
    expect(shop.calls.at(-1)).toBe('exec');
  });

  it('that ends in the moment of the stop makes no snapshot either', async () => {
    const shop = new Shop();
    shop.dump = () => {
      shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
      return Promise.resolve(goodDump);
    };
    expect(await rejectionOf(shop.backup())).toMatchObject({ reason: 'cancelled' });
    expect(shop.snapshots).toEqual([]);
  });
});

describe('a snapshot whose creation', () => {
  it('was carried out, though the answer was lost, is found and not made twice', async () => {
    const shop = new Shop();
    shop.kube.failNext('create volumesnapshots', kubeError(0, 'Timeout', 'no answer'), { isDone: true });
    const { snapshots } = await shop.backup();
    expect(shop.snapshots.map(({ metadata }) => metadata.name)).toEqual([snapshots[0]?.name]);
    expect(shop.calls.filter((call) => call === 'create volumesnapshots')).toHaveLength(1);
  });

  it('was not carried out is asked for again', async () => {
    const shop = new Shop();
    for (let time = 0; time < 3; time++)
      shop.kube.failNext('create volumesnapshots', kubeError(503, 'ServiceUnavailable'));
    await shop.backup();
    expect(shop.snapshots).toHaveLength(1);
    expect(shop.calls.filter((call) => call === 'create volumesnapshots')).toHaveLength(4);
  });

  it('comes true between the look and the second try is found then', async () => {
    const shop = new Shop();
    shop.kube.failNext('create volumesnapshots', kubeError(0, 'Timeout'), { isDone: true });
    shop.kube.failNext('get volumesnapshots', kubeError(404, 'NotFound'));
    const find = shop.kube.find.bind(shop.kube);
    shop.kube.find = (...args) =>
      find(...args).catch((error: unknown) => {
        if (error instanceof Error && error.message === 'NotFound') return undefined;
        throw error;
      }) as ReturnType<typeof find<never>>;
    await shop.backup();
    expect(shop.snapshots).toHaveLength(1);
    expect(shop.calls.filter((call) => call === 'create volumesnapshots')).toHaveLength(2);
  });

  it('was carried out at the last try is found as well', async () => {
    const shop = new Shop();
    for (let time = 1; time <= 4; time++)
      shop.kube.failNext('create volumesnapshots', kubeError(0, 'Timeout', 'no answer'), {
        isDone: time === 4,
      });
    const { snapshots } = await shop.backup();
    expect(shop.snapshots.map(({ metadata }) => metadata.name)).toEqual([snapshots[0]?.name]);
  });

  it('is refused ends the backup with the words of the API server', async () => {
    const shop = new Shop();
    shop.kube.failNext('create volumesnapshots', kubeError(403, 'Forbidden', 'exceeded quota'));
    expect(await rejectionOf(shop.backup())).toMatchObject({
      reason: 'snapshot',
      message:
        "Creating VolumeSnapshot 'data-2026-11-20-000000-cccccc' in namespace 'shop' failed: exceeded quota",
    });
    expect(shop.calls.filter((call) => call === 'create volumesnapshots')).toHaveLength(1);
  });

  it('meets another of that name at the first try does not take it for its own', async () => {
    const shop = new Shop();
    shop.kube.put(volumeSnapshots, snapshotObject('data-2026-11-20-000000-cccccc'));
    expect(await rejectionOf(shop.backup())).toMatchObject({ reason: 'snapshot' });
  });
});

describe('waiting for the snapshot', () => {
  it('ends when it becomes ready', async () => {
    const { shop, backup, snapshot, name } = await waitingShop();
    shop.kube.put(volumeSnapshots, { ...snapshot, status: { readyToUse: false } });
    shop.kube.put(volumeSnapshots, { ...snapshot, status: { readyToUse: true } });
    expect((await backup).snapshots).toMatchObject([{ name, ready: true }]);
    expect(shop.calls).not.toContain('patch volumesnapshots');
  });

  it("shows each of the storage's errors once, and goes on", async () => {
    const { shop, backup, snapshot } = await waitingShop();
    for (const message of ['no space', 'no space', 'busy'])
      shop.kube.put(volumeSnapshots, { ...snapshot, status: { error: { message } } });
    shop.kube.put(volumeSnapshots, { ...snapshot, status: { readyToUse: true } });
    await backup;
    const warnings = shop.context.lines.filter(({ level }) => level === 40);
    expect(warnings.map(({ reason }) => reason)).toEqual(['no space', 'busy']);
  });

  it('has an end: then the snapshot is marked and loses its tiers', async () => {
    const { shop, backup, snapshot, name } = await waitingShop();
    shop.kube.put(volumeSnapshots, { ...snapshot, status: { error: { message: 'no space' } } });
    await vi.waitFor(() => expect(shop.context.lines.at(-1)).toMatchObject({ reason: 'no space' }));
    await shop.passTime(fifteenMinutes);
    expect(await rejectionOf(backup)).toMatchObject({
      reason: 'snapshot',
      message: `VolumeSnapshot '${name}' in namespace 'shop' was not ready after 900 s; it is marked as failed, describe it with: kubectl -n shop describe volumesnapshot ${name}; the storage says: no space`,
    });
    const { labels, annotations } = shop.snapshots[0]?.metadata ?? {};
    expect(tiersOf(labels)).toEqual([]);
    expect(labels).toHaveProperty([`${prefix}pvc`], 'data');
    expect(annotations?.[`${prefix}failed`]).toBe('not ready after 900 s; the storage says: no space');
    expect(annotations).toHaveProperty([`${prefix}dump`]);
  });

  it('says what has become of the snapshot before the words of a storage that has no end of them', async () => {
    const { shop, backup, snapshot } = await waitingShop();
    shop.kube.put(volumeSnapshots, { ...snapshot, status: { error: { message: 'é'.repeat(300_000) } } });
    await vi.waitFor(() => expect(shop.context.lines.at(-1)).toMatchObject({ level: 40 }));
    shop.kube.failNext('patch volumesnapshots', kubeError(500, 'InternalError', 'etcd is away'));
    await shop.passTime(fifteenMinutes);
    const { message } = (await rejectionOf(backup)) as Error;
    expect(message.slice(0, 400)).toMatch(
      /could not be marked as failed \(.*\) and may still have its tier labels, describe/,
    );
    expect(Buffer.byteLength(message)).toBeLessThan(4096);
  });

  it('succeeds when the snapshot became ready in the last moment', async () => {
    const { shop, backup, snapshot } = await waitingShop();
    const patch = shop.kube.patch.bind(shop.kube);
    shop.kube.patch = (...args) => {
      shop.kube.put(volumeSnapshots, { ...snapshot, status: { readyToUse: true } });
      shop.kube.patch = patch;
      return patch(...args);
    };
    await shop.passTime(fifteenMinutes);
    expect((await backup).snapshots).toMatchObject([{ ready: true }]);
    expect(tiersOf(shop.snapshots[0]?.metadata.labels)).toHaveLength(3);
    expect(shop.snapshots[0]?.metadata.annotations).not.toHaveProperty([`${prefix}failed`]);
  });

  it('still says that it was not ready when it cannot be marked', async () => {
    const { shop, backup } = await waitingShop();
    shop.kube.failNext('patch volumesnapshots', kubeError(500, 'InternalError', 'etcd is away'));
    await shop.passTime(fifteenMinutes);
    const error = await rejectionOf(backup);
    expect(error).toMatchObject({ reason: 'snapshot' });
    expect((error as Error).message).toMatch(/was not ready after 900 s.*etcd is away/);
  });

  it('is an error of the snapshot when marking it takes too long', async () => {
    const { shop, backup } = await waitingShop();
    shop.kube.failNext('patch volumesnapshots', new DOMException('timed out', 'TimeoutError'));
    await shop.passTime(fifteenMinutes);
    expect(await rejectionOf(backup)).toMatchObject({ reason: 'snapshot' });
  });

  it('ends when the snapshot is deleted', async () => {
    const { shop, backup, name } = await waitingShop();
    shop.kube.remove(volumeSnapshots, name);
    expect(await rejectionOf(backup)).toMatchObject({
      reason: 'snapshot',
      message: `VolumeSnapshot '${name}' in namespace 'shop' was deleted while it was being made; run the backup again`,
    });
  });

  it('ends when the snapshot is being deleted, which a finalizer keeps', async () => {
    const { shop, backup, snapshot, name } = await waitingShop();
    const metadata = { ...snapshot.metadata, deletionTimestamp: '2026-11-20T02:31:00Z' };
    shop.kube.put(volumeSnapshots, { ...snapshot, metadata, status: { readyToUse: true } });
    expect(await rejectionOf(backup)).toMatchObject({
      reason: 'snapshot',
      message: expect.stringContaining(`'${name}' in namespace 'shop' was deleted while`) as string,
    });
  });

  it('does not begin for one that was deleted before it could be watched', async () => {
    const shop = new Shop();
    shop.kube.onCreate = ({ metadata }) => shop.kube.remove(volumeSnapshots, metadata.name ?? '');
    const ended = vi.fn<() => void>();
    const backup = rejectionOf(shop.backup()).then((error) => {
      ended();
      return error;
    });
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), { interval: 1, timeout: 500 });
    expect(await backup).toMatchObject({ reason: 'snapshot' });
  });

  it('is stopped with us, and the snapshot stays as it is', async () => {
    const { shop, backup, snapshot } = await waitingShop();
    const reason = new CancelledError('Stopped by SIGTERM');
    shop.context.stop.abort(reason);
    expect(await rejectionOf(backup)).toBe(reason);
    expect(shop.snapshots).toEqual([snapshot]);
  });

  it('fails with the words of the API server when it may not go on', async () => {
    const shop = new Shop();
    shop.status = undefined;
    shop.kube.failNext('watch volumesnapshots', kubeError(403, 'Forbidden', 'no more'));
    expect(await rejectionOf(shop.backup())).toMatchObject({
      reason: 'snapshot',
      message: expect.stringMatching(
        /^Waiting for VolumeSnapshot '.*' in namespace 'shop' failed: no more$/,
      ) as string,
    });
  });
});
