import { describe, expect, it } from 'vitest';
import { freezeScript, thawScript } from '../../../src/backup/quiesce/freeze-script.ts';
import { undoLeftovers } from '../../../src/backup/quiesce/undo-leftovers.ts';
import { UndoLog } from '../../../src/backup/quiesce/undo-log.ts';
import { rejectionOf } from '../../kube/fixtures.ts';
import { Shop } from '../shop.ts';

const hooks = JSON.stringify(
  ['a', 'b'].map((name) => ({
    name,
    exec: 'deployment/db',
    container: 'postgres',
    before: [`before-${name}`],
    after: [`after-${name}`],
  })),
);

/** What a run undoes that finds this note, and what it then leaves in it; `fails` is what cannot be undone. */
async function undo(
  note: Partial<Record<'hooks' | 'frozen' | 'snapshots' | 'groups', string[]>>,
  fails = '',
) {
  const shop = new Shop();
  shop.addVolume('files');
  const done: string[] = [];
  shop.kube.onExec = ({ command, stdout }) => {
    const [program = '', , script, , path] = command;
    const what = script === thawScript ? `thaw ${path}` : program;
    expect(script).not.toBe(freezeScript);
    done.push(what);
    stdout?.write('thawed\n');
    return Promise.resolve(what === fails ? 1 : 0);
  };
  let left: string | undefined = JSON.stringify({
    hooks: [],
    frozen: [],
    snapshots: [],
    groups: [],
    ...note,
  });
  const undoLog = new UndoLog({
    note: left,
    setNote: (text) => Promise.resolve(void (left = text)),
  });
  const { settings } = shop.settings({
    BAK_PVC_NAME: 'data,files',
    BAK_HOOKS: hooks,
    BAK_QUIESCE: 'fsfreeze',
  });
  const problems = await undoLeftovers('shop', settings, undoLog, shop.context).then(
    () => [],
    async (error: unknown) => (error as { problems: readonly string[] }).problems,
  );
  return {
    done,
    problems,
    left: left === undefined ? undefined : (JSON.parse(left) as object),
    lines: shop.context.lines,
  };
}

describe('what a killed run has left', () => {
  it('is undone: first the filesystems, then the hooks, the last one first', async () => {
    const { done, problems, left } = await undo({ frozen: ['data', 'files'], hooks: ['a', 'b'] });
    expect(done).toEqual(['thaw /data', 'thaw /files', 'after-b', 'after-a']);
    expect([problems, left]).toEqual([[], undefined]);
  });

  it('of others stays as it is and where it is', async () => {
    const { done, problems, left } = await undo({ frozen: ['foreign', 'data'], hooks: ['a'] });
    expect(done).toEqual(['thaw /data', 'after-a']);
    expect([problems, left]).toEqual([[], { hooks: [], frozen: ['foreign'], snapshots: [], groups: [] }]);
    const none = await undo({ frozen: ['foreign'] });
    expect([none.done, none.left, none.lines]).toEqual([
      [],
      { hooks: [], frozen: ['foreign'], snapshots: [], groups: [] },
      [],
    ]);
  });

  it.each([
    ['thaw /data', ["The filesystem of PVC 'data'"], { frozen: ['data'], hooks: [] }],
    ['after-a', ["Hook 'a' after the backup"], { frozen: [], hooks: ['a'] }],
  ])('stays written down when %s fails, and all else is undone', async (fails, words, left) => {
    const all = await undo({ frozen: ['data'], hooks: ['a'] }, fails);
    expect(all.done).toEqual(['thaw /data', 'after-a']);
    expect(all.problems).toEqual(words.map((text) => expect.stringContaining(text) as string));
    expect(all.left).toMatchObject(left);
  });

  it('is for a person where the settings know it no more', async () => {
    const { done, problems, left } = await undo({ hooks: ['b', 'gone'] });
    expect(done).toEqual(['after-b']);
    expect(problems).toEqual([expect.stringContaining("after its hook 'gone'")]);
    expect(left).toMatchObject({ hooks: ['b', 'gone'] });
  });

  it('is looked for in no container that the settings do not name', async () => {
    const shop = new Shop();
    const { settings } = shop.settings({ BAK_QUIESCE: 'fsfreeze', BAK_QUIESCE_CONTAINER: 'another' });
    const note = JSON.stringify({ hooks: [], frozen: ['data'], snapshots: [], groups: [] });
    const log = new UndoLog({ note, setNote: () => Promise.reject(new Error('nothing is to be written')) });
    const error = await rejectionOf(undoLeftovers('shop', settings, log, shop.context));
    expect(error).toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining("No container 'another'") as string,
    });
    expect(shop.execs).toEqual([]);
  });
});
