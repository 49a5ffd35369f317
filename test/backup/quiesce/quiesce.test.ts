import { Readable } from 'node:stream';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Filesystem } from '../../../src/backup/quiesce/filesystem.ts';
import { freezeScript, syncScript } from '../../../src/backup/quiesce/freeze-script.ts';
import type { PlacedHook } from '../../../src/backup/quiesce/hook.ts';
import { Quiesce, type QuiescePlan } from '../../../src/backup/quiesce/quiesce.ts';
import { UndoLog } from '../../../src/backup/quiesce/undo-log.ts';
import { pods } from '../../../src/kube/resources.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { databasePod } from '../shop.ts';

const container = { namespace: 'shop', pod: 'db-1', container: 'postgres' };
const filesystem: Filesystem = { pvc: 'data', path: '/data', container };
const hook = (name: string, changes: object = {}): PlacedHook => ({
  container,
  hook: {
    name,
    resource: { kind: 'pod', name: 'db-1' },
    container: 'postgres',
    before: [`before-${name}`],
    after: [`after-${name}`],
    timeoutMilliseconds: 60_000,
    onError: 'fail',
    ...changes,
  } as never,
});

/** All that a plan does, in order; a freeze holds until it is released. */
function scene(plan: Partial<QuiescePlan>, { fails = '', says = '', isNoted = true } = {}) {
  const kube = new FakeKube();
  kube.put(pods, databasePod());
  const done: string[] = [];
  kube.onExec = async ({ command, stdin, stdout, stderr }) => {
    const [program = '', , script] = command;
    if (script === syncScript) done.push('sync');
    else if (script === freezeScript) {
      if (!(stdin instanceof Readable)) throw new Error('stdin is not a stream');
      await once(stdin, 'data');
      done.push('freeze');
      stdout?.write('frozen=yes\n');
      // Some containers tell of a line only when no more can come.
      let words = '';
      for await (const more of stdin) words += String(more);
      if (!words.includes('release')) return 66;
      done.push('thaw');
      stdout?.write('thawed=yes\nend\n');
    } else done.push(program);
    if (program !== fails) return 0;
    stderr?.write(says);
    return 3;
  };
  const notes: (string | undefined)[] = [];
  const notebook = {
    note: undefined,
    setNote: async (text: string | undefined) => {
      // Who does not wait for it is too early.
      await setImmediate();
      if (!isNoted && notes.length > 0) throw new Error('nobody may write');
      notes.push(text);
    },
  };
  const all = {
    hooks: [],
    filesystems: [filesystem],
    method: 'none',
    timeoutMilliseconds: 60_000,
    ...plan,
  } as const;
  const quiesce = new Quiesce(all, new UndoLog(notebook), testContext(kube));
  return { quiesce, done, notes };
}

describe('bringing an app to rest', () => {
  it.each<[QuiescePlan['method'], readonly Filesystem[], readonly string[], boolean]>([
    ['none', [filesystem], [], false],
    ['sync', [filesystem], ['sync'], false],
    ['fsfreeze', [filesystem], ['sync', 'freeze'], true],
    ['fsfreeze', [], [], false],
  ])(
    'with %s does no more to its filesystems than that: %o %o',
    async (method, filesystems, expected, isHeld) => {
      const { quiesce, done, notes } = scene({ method, filesystems });
      await quiesce.quiesceFilesystems();
      expect(done).toEqual(expected);
      expect(quiesce.isHeld).toBe(isHeld);
      expect(notes).toHaveLength(isHeld ? 1 : 0);
      expect(await quiesce.release()).toEqual({ problems: [], wasFrozen: true });
      expect(quiesce.isHeld).toBe(false);
      expect(done).toEqual([...expected, ...(isHeld ? ['thaw'] : [])]);
    },
  );

  it('is undone once, however often it is released', async () => {
    const { quiesce, done, notes } = scene({ hooks: [hook('a'), hook('b')] });
    await quiesce.runHooks();
    expect(quiesce.isHeld).toBe(true);
    const [one, other] = await Promise.all([quiesce.release(), quiesce.release()]);
    expect(one).toBe(other);
    expect(done).toEqual(['before-a', 'before-b', 'after-b', 'after-a']);
    expect(notes.at(-1)).toBeUndefined();
  });

  it('runs what a hook has, and nothing for what it has not', async () => {
    const hooks = [hook('a', { after: undefined }), hook('b', { before: undefined })];
    const { quiesce, done } = scene({ hooks });
    await quiesce.runHooks();
    expect((await quiesce.release()).problems).toEqual([]);
    expect(done).toEqual(['before-a', 'after-b']);
  });

  it('writes down only those hooks that have something to be undone', async () => {
    const hooks = [hook('a', { after: undefined }), hook('b')];
    const { quiesce, notes } = scene({ hooks });
    await quiesce.runHooks();
    expect(notes.map((note) => JSON.parse(note ?? '{}') as unknown)).toMatchObject([{ hooks: ['b'] }]);
    await quiesce.release();
    expect(notes).toHaveLength(2);
    expect(notes.at(-1)).toBeUndefined();
  });

  it('leaves written down what could not be undone, in its order', async () => {
    const { quiesce, notes } = scene({ hooks: [hook('a'), hook('b')] }, { fails: 'after-a' });
    await quiesce.runHooks();
    const { problems } = await quiesce.release();
    expect(problems).toEqual([expect.stringContaining("Hook 'a' after the backup")]);
    expect(JSON.parse(notes.at(-1) ?? '')).toMatchObject({ hooks: ['a'], frozen: [] });
  });

  it('says what was undone and is still written down as to be undone', async () => {
    const { quiesce, notes } = scene({ hooks: [hook('a')] }, { isNoted: false });
    await quiesce.runHooks();
    expect(await quiesce.release()).toEqual({ problems: ['nobody may write'], wasFrozen: true });
    expect(JSON.parse(notes.at(-1) ?? '')).toMatchObject({ hooks: ['a'] });
  });

  it.each([
    ['sync: no space left\n', 'sync: no space left'],
    ['', 'exit status 3'],
  ])('that fails with %j on stderr says: %s', async (says, words) => {
    const { quiesce } = scene({ method: 'sync' }, { fails: 'sh', says });
    await expect(quiesce.quiesceFilesystems()).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining(`be written to its disk: ${words}; look into the container`) as string,
    });
  });

  it('has nothing to be undone when nothing was begun', async () => {
    const { quiesce, done, notes } = scene({ hooks: [hook('a')], method: 'fsfreeze' });
    expect(await quiesce.release()).toEqual({ problems: [], wasFrozen: true });
    expect([done, notes, quiesce.lost.aborted]).toEqual([[], [], false]);
  });
});
