import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { freezeScript, syncScript, thawScript } from '../../src/backup/quiesce/freeze-script.ts';
import { CancelledError } from '../../src/core/errors.ts';
import { deployments, pods, volumeSnapshots } from '../../src/kube/resources.ts';
import type { ExecOptions } from '../../src/kube/kube.ts';
import { label } from '../../src/snapshots/labels.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { kubeError } from '../support/fake-kube.ts';
import { Shop, untilAborted } from './shop.ts';

const frozen = { BAK_QUIESCE: 'fsfreeze', BAK_DB_POSTGRES: '', BAK_DB_SKIP: 'true' };

/** A namespace whose filesystems can be frozen: what is, and all that happened, in order. */
class FreezingShop extends Shop {
  readonly frozen = new Set<string>();
  readonly done: string[] = [];
  /** Ends each freeze early, as a lost connection does. */
  readonly lose = new AbortController();
  refusal: string | undefined;
  /** What the script that holds a freeze does once it hears that it shall release it. */
  onRelease: 'thaw' | 'thaw too late' | 'thaw in silence' | 'nothing' = 'thaw';
  /** Whether it says that it has frozen. */
  isTold = true;

  constructor() {
    super();
    const exec = this.kube.onExec;
    this.kube.onExec = (options) => this.#script(options) ?? exec(options);
    const { onCreate } = this.kube;
    this.kube.onCreate = (created) => {
      if (created.kind === 'VolumeSnapshot')
        this.done.push(`snapshot with ${[...this.frozen].join(' and ')}`);
      onCreate?.(created);
    };
  }

  #script(options: ExecOptions): Promise<number> | undefined {
    const [, , script, , path = ''] = options.command;
    if (script === freezeScript) return this.#freeze(path, options);
    if (script === syncScript) return this.#inTime(() => void this.done.push(`sync ${path}`));
    if (script !== thawScript) return undefined;
    return this.#inTime(() => {
      options.stdout?.write(this.frozen.delete(path) ? 'thawed\n' : 'idle\n');
      this.done.push(`look at ${path}`);
    });
  }

  /** Nothing is done at once: who does not wait for it is too early. */
  async #inTime(act: () => void): Promise<number> {
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    act();
    return 0;
  }

  async #freeze(path: string, { stdin, stdout, stderr }: ExecOptions): Promise<number> {
    if (this.refusal !== undefined) {
      stderr?.write(this.refusal);
      return 65;
    }
    if (!(stdin instanceof Readable)) throw new Error('stdin is not a stream');
    // A first line says that the caller is there.
    await once(stdin, 'data');
    this.frozen.add(path);
    this.done.push(`freeze ${path}`);
    if (this.isTold) stdout?.write('frozen=yes\n');
    const heard = new Promise<number>((resolve) => {
      stdin.on('data', (words: Buffer) => {
        if (!String(words).includes('release')) return;
        this.done.push(`release ${path}`);
        if (this.onRelease !== 'nothing') resolve(this.onRelease === 'thaw too late' ? 66 : 0);
      });
    });
    const lost = new Promise<number>((resolve) => {
      this.lose.signal.addEventListener('abort', () => resolve(66));
    });
    const exitCode = await Promise.race([heard, lost]);
    this.frozen.delete(path);
    this.done.push(`thaw ${path}`);
    if (this.onRelease !== 'thaw in silence') stdout?.write('thawed=yes\nend\n');
    return exitCode;
  }
}

describe('a filesystem', () => {
  it('is synced and frozen before the snapshot, and thawed as soon as that is cut', async () => {
    const shop = new FreezingShop();
    await shop.backup(frozen);
    expect(shop.done).toEqual([
      'sync /data',
      'freeze /data',
      'snapshot with /data',
      'release /data',
      'thaw /data',
    ]);
    expect(shop.note).toBeUndefined();
  });

  it('is frozen after the dump, which is written to it', async () => {
    const shop = new FreezingShop();
    const { dump } = shop;
    shop.dump = (options) => {
      shop.done.push('dump');
      return typeof dump === 'function' ? dump(options) : Promise.resolve(dump);
    };
    await shop.backup({ BAK_QUIESCE: 'fsfreeze' });
    expect(shop.done.slice(0, 3)).toEqual(['dump', 'sync /data', 'freeze /data']);
  });

  it('is frozen with all others of the backup', async () => {
    const shop = new FreezingShop();
    shop.addVolume('files');
    await shop.backup({ ...frozen, BAK_PVC_NAME: 'data,files' });
    expect(shop.done.filter((what) => what.startsWith('snapshot'))).toEqual([
      'snapshot with /data and /files',
      'snapshot with /data and /files',
    ]);
    expect(shop.frozen.size).toBe(0);
  });

  it.each(['thaw', 'thaw in silence'] as const)(
    'leaves no deadline behind when its holder does: %s',
    async (onRelease) => {
      const shop = new FreezingShop();
      shop.onRelease = onRelease;
      await shop.backup({ ...frozen, BAK_QUIESCE: 'fsfreeze' }).catch(() => {});
      await vi.waitFor(() => expect(shop.context.clock.asleep).toEqual([]));
    },
  );

  it('is written down as frozen before it is', async () => {
    const shop = new FreezingShop();
    shop.noteSlowly((note) => shop.done.push(`note ${JSON.parse(note ?? '{}').frozen}`));
    await shop.backup(frozen);
    const begin = shop.done.indexOf('note data');
    const all = ['freeze /data', 'snapshot with /data', 'release /data', 'thaw /data', 'note '];
    expect(shop.done.slice(begin + 1, begin + 6)).toEqual(all);
  });

  it('is only synced when that is wanted', async () => {
    const shop = new FreezingShop();
    await shop.backup({ ...frozen, BAK_QUIESCE: 'sync' });
    expect(shop.done).toEqual(['sync /data', 'snapshot with ']);
  });

  it('that no pod has mounted is at rest by itself', async () => {
    const shop = new FreezingShop();
    shop.kube.remove(pods, 'db-1');
    shop.kube.remove(deployments, 'db');
    await shop.backup(frozen);
    expect(shop.done).toEqual(['snapshot with ']);
  });

  it('that cannot be frozen ends the backup before any snapshot', async () => {
    const shop = new FreezingShop();
    shop.refusal = 'fsfreeze: /data: freeze failed: Operation not permitted\n';
    const error = await rejectionOf(shop.backup(frozen));
    expect(error).toMatchObject({ reason: 'preflight' });
    expect((error as Error).message).toContain('Operation not permitted');
    expect((error as Error).message).toContain('set BAK_QUIESCE=sync');
    expect(shop.snapshots).toEqual([]);
    expect(shop.note).toBeUndefined();
  });

  it('is thawed when the snapshot is refused', async () => {
    const shop = new FreezingShop();
    shop.kube.failNext('create volumesnapshots', kubeError(403, 'Forbidden', 'exceeded quota'));
    await rejectionOf(shop.backup(frozen));
    expect(shop.frozen.size).toBe(0);
    expect(shop.note).toBeUndefined();
  });

  it('is thawed when the backup is stopped amid the cut, and that snapshot is not a backup', async () => {
    const shop = new FreezingShop();
    shop.status = undefined;
    const backup = rejectionOf(shop.backup(frozen));
    await vi.waitFor(() => expect(shop.calls).toContain('watch volumesnapshots'), { interval: 1 });
    shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
    expect(await backup).toMatchObject({ reason: 'cancelled' });
    expect(shop.frozen.size).toBe(0);
    expect(shop.snapshots[0]?.metadata.labels).not.toHaveProperty([label.daily]);
  });

  it('that thaws before the cut spoils the backup', async () => {
    const shop = new FreezingShop();
    shop.status = undefined;
    const backup = rejectionOf(shop.backup(frozen));
    await vi.waitFor(() => expect(shop.calls).toContain('watch volumesnapshots'), { interval: 1 });
    shop.lose.abort();
    const error = await backup;
    expect(error).toMatchObject({ reason: 'snapshot' });
    expect((error as Error).message).toContain('thawed before the snapshots were cut (exit status 66)');
    expect(shop.snapshots[0]?.metadata.labels).not.toHaveProperty([label.daily]);
  });

  it.each(['thaw too late', 'thaw in silence', 'nothing'] as const)(
    'spoils the backup when all that its holder does at the end of the cut is: %s',
    async (onRelease) => {
      const shop = new FreezingShop();
      shop.onRelease = onRelease;
      const backup = rejectionOf(shop.backup(frozen));
      await vi.waitFor(() => expect(shop.done).toContain('release /data'), { interval: 1 });
      if (onRelease === 'nothing') await shop.passTime(10_000);
      expect(await backup).toMatchObject({
        reason: 'snapshot',
        message: expect.stringContaining('thawed before the snapshots were cut') as string,
      });
      // Whatever it has not said is looked at.
      const looked = { 'thaw too late': [], 'thaw in silence': ['was not frozen'], nothing: ['thawed'] };
      const said = shop.context.lines.map(({ msg }) => msg);
      expect(said.filter((msg) => msg === 'thawed' || msg === 'was not frozen')).toEqual(looked[onRelease]);
      expect(shop.frozen.size).toBe(0);
      expect(shop.done.filter((what) => what === 'look at /data')).toHaveLength(
        onRelease === 'thaw too late' ? 0 : 1,
      );
      expect(shop.snapshots[0]?.metadata.labels).not.toHaveProperty([label.daily]);
      expect(shop.note).toBeUndefined();
    },
  );

  it('is not waited for longer than ten seconds when its holder does not answer', async () => {
    const shop = new FreezingShop();
    shop.onRelease = 'nothing';
    const backup = rejectionOf(shop.backup(frozen));
    await vi.waitFor(() => expect(shop.done).toContain('release /data'), { interval: 1 });
    await shop.passTime(5000);
    expect(shop.done).not.toContain('look at /data');
    await shop.passTime(5000);
    await backup;
    expect(shop.done.at(-1)).toBe('look at /data');
  });

  it('is released when the backup is stopped before its holder has said that it is frozen', async () => {
    const shop = new FreezingShop();
    shop.isTold = false;
    const backup = rejectionOf(shop.backup(frozen));
    await vi.waitFor(() => expect(shop.done).toContain('freeze /data'), { interval: 1 });
    shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
    expect(await backup).toMatchObject({ reason: 'cancelled' });
    expect(shop.done.slice(2)).toEqual(['release /data', 'thaw /data']);
    expect(shop.snapshots).toEqual([]);
    expect(shop.note).toBeUndefined();
  });

  it('is looked at before a stopped backup is over, when its holder says nothing at all', async () => {
    const shop = new FreezingShop();
    shop.isTold = false;
    shop.onRelease = 'nothing';
    const backup = rejectionOf(shop.backup(frozen)).then(() => shop.done.push('the end'));
    await vi.waitFor(() => expect(shop.done).toContain('freeze /data'), { interval: 1 });
    shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
    await vi.waitFor(() => expect(shop.done).toContain('release /data'), { interval: 1 });
    await shop.passTime(10_000);
    await backup;
    expect(shop.done.slice(2)).toEqual(['release /data', 'look at /data', 'the end']);
  });

  it('that a killed run has left frozen is thawed by the next one before anything else', async () => {
    const shop = new FreezingShop();
    const hanging = shop.kube.patch.bind(shop.kube);
    shop.status = undefined;
    const first = shop.backup(frozen);
    first.catch(() => {});
    await vi.waitFor(() => expect(shop.calls).toContain('watch volumesnapshots'), { interval: 1 });
    // From here on the first run is as dead: it hangs at its next request.
    shop.kube.patch = () => untilAborted({ signal: new AbortController().signal } as ExecOptions);
    await setImmediate();
    shop.context.clock.kill();
    shop.kube.patch = hanging;
    const [left] = shop.snapshots;
    expect(JSON.parse(shop.note ?? '')).toEqual({
      hooks: [],
      frozen: ['data'],
      snapshots: [left?.metadata.name],
      groups: [],
    });

    const next = new FreezingShop();
    next.frozen.add('/data');
    for (const object of shop.kube.all(volumeSnapshots)) next.kube.put(volumeSnapshots, object);
    next.kube.put(
      { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' },
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: {
          name: 'backup-ns',
          namespace: 'shop',
          annotations: { 'backup-ns.sh/quiesced': shop.note ?? '' },
        },
        spec: {},
      },
    );
    // Another run has other random characters.
    next.context.random.id(1);
    await next.backup(frozen);
    expect(next.done.slice(0, 2)).toEqual(['look at /data', 'sync /data']);
    const failed = next.snapshots.find(({ metadata }) => metadata.name === left?.metadata.name);
    expect(failed?.metadata.labels).not.toHaveProperty([label.daily]);
    expect(next.note).toBeUndefined();
  });
});
