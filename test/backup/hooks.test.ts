import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { CancelledError } from '../../src/core/errors.ts';
import type { ExecOptions } from '../../src/kube/kube.ts';
import { volumeSnapshots } from '../../src/kube/resources.ts';
import { label } from '../../src/snapshots/labels.ts';
import { kubeError } from '../support/fake-kube.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { goodDump, Shop, untilAborted, type ScriptAnswer } from './shop.ts';

function hooks(...changes: object[]): Record<string, string> {
  const all = changes.map((change, index) => ({
    name: `hook-${index + 1}`,
    exec: 'deployment/db',
    container: 'postgres',
    before: [`before-${index + 1}`, '$(id)'],
    after: [`after-${index + 1}`],
    ...change,
  }));
  return { BAK_HOOKS: JSON.stringify(all) };
}

/** Keeps what was done in order; `fails` are the commands that do. */
function watch(shop: Shop, fails: ReadonlySet<string> = new Set()): string[] {
  const done: string[] = [];
  shop.hook = async ({ command, stderr }) => {
    // Who does not wait for a hook is too early.
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    done.push(command[0] ?? '');
    if (!fails.has(command[0] ?? '')) return {};
    stderr?.write('not today\n');
    return { exitCode: 3 };
  };
  shop.dump = async () => {
    done.push('dump');
    return goodDump;
  };
  const { onCreate } = shop.kube;
  shop.kube.onCreate = (created) => {
    if (created.kind === 'VolumeSnapshot') done.push('snapshot');
    onCreate?.(created);
  };
  return done;
}

describe('hooks', () => {
  it('wake the app at once when a snapshot is being deleted before it is cut, which a finalizer keeps', async () => {
    const shop = new Shop();
    const done = watch(shop);
    shop.kube.onCreate = (created) => {
      if (created.kind !== 'VolumeSnapshot') return;
      const metadata = { ...created.metadata, deletionTimestamp: '2026-11-20T02:31:00Z' };
      shop.kube.put(volumeSnapshots, { ...created, metadata });
    };
    const error = (await rejectionOf(shop.backup(hooks({})))) as Error;
    expect(error.message).toContain('was deleted while it was being made');
    expect(done).toEqual(['before-1', 'dump', 'after-1']);
    expect(shop.note).toBeUndefined();
  });

  it('run around the dump and the cut of the snapshot, the last one first afterwards', async () => {
    const shop = new Shop();
    const done = watch(shop);
    await shop.backup(hooks({}, {}));
    expect(done).toEqual(['before-1', 'before-2', 'dump', 'snapshot', 'after-2', 'after-1']);
    expect(shop.note).toBeUndefined();
  });

  it('are written down before they are run, and afterwards as long as they are', async () => {
    const shop = new Shop();
    const done = watch(shop);
    shop.noteSlowly((note) => done.push(`note ${JSON.parse(note ?? '{"hooks":[]}').hooks.join(' and ')}`));
    await shop.backup(hooks({}, {}));
    const own = done.filter((what) => what !== 'dump' && what !== 'snapshot');
    expect(own.slice(0, 4)).toEqual(['note hook-1', 'before-1', 'note hook-1 and hook-2', 'before-2']);
    const end = own.indexOf('after-2');
    expect(own.slice(end, end + 3)).toEqual(['after-2', 'after-1', 'note ']);
  });

  it('leave no deadline behind, nor does anything else of a backup', async () => {
    const shop = new Shop();
    watch(shop);
    await shop.backup(hooks({}, {}));
    await vi.waitFor(() => expect(shop.context.clock.asleep).toEqual([]));
  });

  it('whose before fails as the backup is stopped are not the reason of its end', async () => {
    const shop = new Shop();
    shop.hook = ({ command }) => {
      if (command[0] !== 'before-1') return Promise.resolve({});
      shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
      return Promise.resolve({ exitCode: 3 });
    };
    expect(await rejectionOf(shop.backup(hooks({}, {})))).toMatchObject({ reason: 'cancelled' });
    expect(shop.note).toBeUndefined();
  });

  it.each<[string, Error | undefined]>([
    ['with that reason', undefined],
    ['as a connection that breaks', kubeError(500, 'InternalError')],
  ])('whose after has no end are given up, which ends them %s, and not run again', async (_, error) => {
    const shop = new Shop();
    let runs = 0;
    shop.hook = (options) => {
      if (options.command[0] !== 'after-1') return Promise.resolve({});
      runs++;
      return untilAborted(options).catch((reason: unknown) => Promise.reject(error ?? (reason as Error)));
    };
    const backup = rejectionOf(shop.backup(hooks({ timeout: '60s' })));
    await vi.waitUntil(() => runs === 1, { interval: 1 });
    await shop.passTime(120_000);
    expect(await backup).toMatchObject({
      message: expect.stringContaining('it did not end within 60 s') as string,
    });
    expect(runs).toBe(1);
  });

  it('get their words as they are, which no shell reads', async () => {
    const shop = new Shop();
    await shop.backup(hooks({}));
    expect(shop.execs.map(({ command }) => command)).toContainEqual(['before-1', '$(id)']);
  });

  it('whose before fails leave no dump and no snapshot, and the app awake', async () => {
    const shop = new Shop();
    const done = watch(shop, new Set(['before-2']));
    const error = await rejectionOf(shop.backup(hooks({}, {}, {})));
    expect(done).toEqual(['before-1', 'before-2', 'after-2', 'after-1']);
    expect(error).toMatchObject({ reason: 'preflight' });
    expect((error as Error).message).toBe(
      `Hook 'hook-2' before the backup, in container 'postgres' of pod 'db-1' in namespace 'shop', ended with exit status 3: not today; mend it, or give it "onError":"continue" in BAK_HOOKS`,
    );
    expect(shop.snapshots).toEqual([]);
    expect(shop.note).toBeUndefined();
  });

  it('that may fail are no reason to stop', async () => {
    const shop = new Shop();
    const done = watch(shop, new Set(['before-1', 'after-1']));
    await shop.backup(hooks({ onError: 'continue' }));
    expect(done).toEqual(['before-1', 'dump', 'snapshot', 'after-1']);
    const warnings = shop.context.lines.filter(({ level }) => level === 40);
    expect(warnings.map(({ hook }) => hook)).toEqual(['hook-1', 'hook-1']);
  });

  it('run afterwards when the dump fails', async () => {
    const shop = new Shop();
    const done = watch(shop);
    shop.dump = { exitCode: 65 };
    expect(await rejectionOf(shop.backup(hooks({})))).toMatchObject({ reason: 'dump' });
    expect(done).toEqual(['before-1', 'after-1']);
  });

  it('run afterwards when the backup is stopped', async () => {
    const shop = new Shop();
    const done = watch(shop);
    shop.dump = untilAborted;
    const backup = rejectionOf(shop.backup(hooks({})));
    await vi.waitFor(() => expect(shop.execs).toHaveLength(3), { interval: 1 });
    shop.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
    expect(await backup).toMatchObject({ reason: 'cancelled' });
    expect(done).toEqual(['before-1', 'after-1']);
    expect(shop.note).toBeUndefined();
  });

  it('whose after fails as well are told once: in the error of the dump, or in the log of a stop', async () => {
    const logged = (shop: Shop) =>
      shop.context.lines.filter(({ level, msg }) => level === 50 && /after the/.test(msg));
    const failing = new Shop();
    watch(failing, new Set(['after-1']));
    failing.dump = { exitCode: 65 };
    const failed = (await rejectionOf(failing.backup(hooks({})))) as Error;
    expect(failed.message).toContain("Hook 'hook-1' after the backup");
    expect(logged(failing)).toEqual([]);

    const stopped = new Shop();
    watch(stopped, new Set(['after-1']));
    stopped.dump = untilAborted;
    const backup = rejectionOf(stopped.backup(hooks({})));
    await vi.waitFor(() => expect(stopped.execs).toHaveLength(3), { interval: 1 });
    stopped.context.stop.abort(new CancelledError('Stopped by SIGTERM'));
    expect(((await backup) as Error).message).toBe('Stopped by SIGTERM');
    expect(logged(stopped)).toHaveLength(1);
  });

  it('that have no end are given up, and undone', async () => {
    const shop = new Shop();
    const ends: string[] = [];
    shop.hook = ({ command, signal }: ExecOptions): Promise<ScriptAnswer> => {
      ends.push(command[0] ?? '');
      return command[0] === 'before-1' ? untilAborted({ signal } as ExecOptions) : Promise.resolve({});
    };
    const backup = rejectionOf(shop.backup(hooks({ timeout: '20s' })));
    await vi.waitFor(() => expect(ends).toHaveLength(1), { interval: 1 });
    await shop.passTime(20_000);
    expect(((await backup) as Error).message).toMatch(
      /^Hook .hook-1. before the backup, in .*, failed: it did not end within 20 s/,
    );
    expect(ends).toEqual(['before-1', 'after-1']);
  });

  it('whose after fails make the end of a good backup a partial one, and the next run tries again first', async () => {
    const shop = new Shop();
    watch(shop, new Set(['after-1']));
    const error = await rejectionOf(shop.backup(hooks({})));
    expect(error).toMatchObject({ reason: 'partial', result: { snapshots: [{ ready: true }] } });
    expect((error as Error).message).toContain("Hook 'hook-1' after the backup");
    expect(shop.snapshots[0]?.metadata.labels).toHaveProperty([label.daily]);
    expect(JSON.parse(shop.note ?? '')).toEqual({ hooks: ['hook-1'], frozen: [], snapshots: [], groups: [] });

    const next = watch(shop);
    await shop.backup(hooks({}));
    expect(next).toEqual(['after-1', 'before-1', 'dump', 'snapshot', 'after-1']);
    expect(shop.note).toBeUndefined();
  });

  it('that a killed run began and the settings know no more have to be undone by a person', async () => {
    const shop = new Shop();
    watch(shop, new Set(['after-1']));
    await rejectionOf(shop.backup(hooks({})));
    const error = await rejectionOf(shop.backup());
    expect(error).toMatchObject({ reason: 'preflight' });
    expect((error as Error).message).toContain(
      "killed after its hook 'hook-1', which BAK_HOOKS does not have",
    );
    expect(shop.note).toBeDefined();
  });

  it('are looked for before anything is done, and every problem is named', async () => {
    const shop = new Shop();
    const done = watch(shop);
    const wrong = hooks({ exec: 'deployment/app' }, { container: 'web' });
    const error = await rejectionOf(shop.backup(wrong));
    expect((error as Error).message.split('\n')).toEqual([
      expect.stringContaining(
        `There is no deployment 'app' in namespace 'shop'; set "exec" of hook 'hook-1'`,
      ),
      expect.stringContaining(`has no container 'web'; set "container" of hook 'hook-2' to one of: postgres`),
    ]);
    expect(done).toEqual([]);
  });
});
