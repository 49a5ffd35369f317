import { describe, expect, it } from 'vitest';
import { UndoLog } from '../../../src/backup/quiesce/undo-log.ts';

const nothing = { hooks: [], frozen: [], snapshots: [], groups: [] };

function open(note?: object | string) {
  const written: (string | undefined)[] = [];
  const text = typeof note === 'object' ? JSON.stringify(note) : note;
  const log = new UndoLog({ note: text, setNote: (next) => Promise.resolve(void written.push(next)) });
  return { log, written, last: () => JSON.parse(written.at(-1) ?? 'null') as unknown };
}

describe('the note of what is to be undone', () => {
  it('is written when it changes, and taken away when nothing is left', async () => {
    const { log, written, last } = open();
    expect([log.current, log.isEmpty]).toEqual([nothing, true]);
    await log.change({ hooks: ['a'] });
    await log.change({ hooks: ['a'] });
    expect([written.length, last(), log.isEmpty]).toEqual([1, { ...nothing, hooks: ['a'] }, false]);
    await log.change({ frozen: ['data'] });
    await log.change({ hooks: [] });
    expect(last()).toEqual({ ...nothing, frozen: ['data'] });
    await log.change({ frozen: [] });
    expect([written.length, written.at(-1), log.isEmpty]).toEqual([4, undefined, true]);
  });

  it.each(['hooks', 'frozen', 'snapshots', 'groups'] as const)(
    'is not empty as long as there are %s',
    (part) => {
      const { log } = open({ ...nothing, [part]: ['a'] });
      expect([log.isEmpty, log.current]).toEqual([false, { ...nothing, [part]: ['a'] }]);
    },
  );

  it('keeps what others have frozen, whatever is changed, and has none of it itself', async () => {
    const { log, last } = open({ ...nothing, frozen: ['files', 'data'] });
    log.leaveFrozen(['files']);
    expect(log.current.frozen).toEqual(['data']);
    await log.change({ frozen: [] });
    expect([log.isEmpty, last()]).toEqual([true, { ...nothing, frozen: ['files'] }]);
    await log.change({ frozen: ['data'], hooks: ['a'] });
    expect(last()).toEqual({ ...nothing, hooks: ['a'], frozen: ['files', 'data'] });
  });

  it.each([
    ['hooks', true],
    ['frozen', true],
    ['groups', true],
    ['snapshots', false],
  ])('with %s alone is needed by the next run: %s', async (part, isNeeded) => {
    const needs: boolean[] = [];
    const setNote = (_: unknown, isNeededThen: boolean) => Promise.resolve(void needs.push(isNeededThen));
    const log = new UndoLog({ note: undefined, setNote });
    await log.change({ [part]: ['a'] });
    await log.change({ [part]: [] });
    expect(needs).toEqual([isNeeded, false]);
  });

  it.each([
    ['of a version without groups', { hooks: ['a'], frozen: [], snapshots: [] }],
    ['of a thousand names', { ...nothing, snapshots: Array.from({ length: 1000 }, () => 'a') }],
    ['of 200000 characters', JSON.stringify({ ...nothing, hooks: ['a'] }).padEnd(200_000)],
  ])('is read when it is %s', (_, note) => {
    expect(open(note).log.isEmpty).toBe(false);
  });

  it.each<readonly [string, object | string]>([
    ['is longer than 200000 characters', JSON.stringify({ ...nothing, hooks: ['a'] }).padEnd(200_001)],
    ['has more than a thousand names', { ...nothing, snapshots: Array.from({ length: 1001 }, () => 'a') }],
    ...['hooks', 'frozen', 'snapshots'].map(
      (part) => [`has no ${part}`, { ...nothing, [part]: undefined }] as const,
    ),
    ...['hooks', 'frozen', 'snapshots', 'groups'].flatMap((part) =>
      [[1], ['a', null], ['../a'], 'a', { length: 0 }].map(
        (names) => [`has ${JSON.stringify(names)} for ${part}`, { ...nothing, [part]: names }] as const,
      ),
    ),
  ])('is refused when it %s', (_, note) => {
    expect(() => open(note)).toThrow('What an earlier backup has left to undo cannot be read');
  });
});
