import { describe, expect, it } from 'vitest';
import { clockTolerance } from '../../../src/kube/right-clock.ts';
import { graceOf } from '../../../src/retention/mark-and-delete/grace.ts';
import { stayingMembers, unitsOf, waitForGroups } from '../../../src/retention/mark-and-delete/groups.ts';
import { decideMark, planMarks } from '../../../src/retention/mark-and-delete/mark.ts';
import { isDue, planSweep, survivorsOf } from '../../../src/retention/mark-and-delete/sweep.ts';
import { mayBecomeReady } from '../../../src/retention/retain/policy.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { words } from '../../../src/snapshots/csi/words.ts';

const now = new Date('2026-11-21T12:00:00Z');
const today = '2026-11-21';
const at = { now, today };
const day = 24 * 60 * 60_000;
const longAgo = now.getTime() - 30 * day;

let count = 0;

/** A ready backup of long ago that nothing keeps. */
function snapshot(changes: Partial<ManagedSnapshot> = {}): ManagedSnapshot {
  const name = `s${++count}`;
  return {
    words,
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    pvc: 'data',
    dumps: 0,
    createdAt: longAgo,
    isReady: true,
    wasReady: false,
    isDeleting: false,
    retain: 'daily_weekly_monthly',
    tiers: new Map(),
    deleteAfter: undefined,
    wasMarked: false,
    isHeld: false,
    verified: undefined,
    ...changes,
  };
}

const unready = { isReady: false };

describe('a mark', () => {
  it.each<[string, Partial<ManagedSnapshot>, boolean]>([
    ['nothing keeps', {}, true],
    ['is held', { isHeld: true }, false],
    ['has its date', { deleteAfter: '2026-11-20' }, false],
    ['stands for a day', { tiers: new Map([['daily', '2026-11-20']]) }, false],
    ['was marked, and lost its date', { wasMarked: true }, false],
    [
      'is not ready, and a millisecond younger than a day',
      { ...unready, createdAt: now.getTime() - day + 1 },
      false,
    ],
    ['is not ready, and a day old', { ...unready, createdAt: now.getTime() - day }, true],
    ['was ready', { ...unready, wasReady: true }, false],
    ['is kept until yesterday', { keepUntil: '2026-11-20' }, true],
    ['is kept until today', { keepUntil: '2026-11-21' }, false],
    ['is kept until no date', { keepUntil: '2026-02-30' }, false],
  ])('is set on one that %s: %o %s', (_, changes, mark) => {
    expect(decideMark(snapshot(changes), false, at).mark).toBe(mark);
  });

  it('is never set on the newest backup of a volume without a date, nor where its PVC is gone', () => {
    expect(decideMark(snapshot(), true, at)).toMatchObject({
      mark: false,
      reason: 'the newest backup of its volume',
    });
    const [old, newest] = [snapshot(), snapshot({ createdAt: longAgo + 1 })];
    const later = snapshot({ createdAt: longAgo + 2, deleteAfter: '2026-12-01' });
    const broken = snapshot({ createdAt: longAgo + 3, ...unready });
    const all = [broken, old, later, newest];
    const marked = (claims?: object) =>
      planMarks(all, at, claims as never)
        .filter(({ mark }) => mark)
        .map((one) => one.snapshot);
    expect(marked()).toEqual([broken, old]);
    expect(marked({ has: () => false, uidOf: () => undefined })).toEqual([]);
    expect(marked({ has: () => true, uidOf: () => undefined })).toEqual([broken, old]);
  });
});

describe('a sweep', () => {
  const due = { deleteAfter: '2026-11-20' };

  it.each<[string, Partial<ManagedSnapshot>, string | undefined]>([
    ['whose day is past', due, 'delete'],
    ['whose day is today', { deleteAfter: today }, 'wait'],
    ['whose date is none', { deleteAfter: '2026-02-30' }, 'refuse'],
    ['that is held', { ...due, isHeld: true }, 'keep'],
    ['that is held with no date', { deleteAfter: 'soon', isHeld: true }, 'keep'],
    ['that was ready', { ...due, ...unready, wasReady: true }, 'refuse'],
    ['that is not ready and a day old', { ...due, ...unready, createdAt: now.getTime() - day }, 'delete'],
    ['that may become ready', { ...due, ...unready, createdAt: now.getTime() - day + 1 }, 'wait'],
    ['without a date', {}, undefined],
    ['that is going already', { ...due, isDeleting: true }, undefined],
  ])('of one %s, %o, ends with: %s', (_, changes, fate) => {
    const one = snapshot(changes);
    const decisions = planSweep([one, snapshot({ createdAt: longAgo + 1 })], at);
    expect(decisions.find((each) => each.snapshot === one)?.fate).toBe(fate);
  });

  it('leaves the last backup of each volume, the newest of those that are due', () => {
    const [old, newest] = [snapshot(due), snapshot({ ...due, createdAt: longAgo + 1 })];
    const other = snapshot({ ...due, pvc: 'files' });
    const fates = planSweep([old, newest, other], at).map(({ fate }) => fate);
    expect(fates).toEqual(['delete', 'refuse', 'refuse']);
  });

  it.each<[string | undefined, Partial<ManagedSnapshot>, boolean]>([
    ['2026-11-20', {}, true],
    [today, {}, false],
    [undefined, {}, false],
    ['2026-02-30', {}, false],
    ['2026-11-20', { isHeld: true }, false],
  ])('is due for the date %s and %o: %s', (deleteAfter, changes, isIt) => {
    expect(isDue(snapshot({ deleteAfter, ...changes }), today)).toBe(isIt);
  });
});

describe('what is left of a volume', () => {
  const all = { goes: () => true, mayStay: () => true };

  it.each<[string, Partial<ManagedSnapshot>[], number | undefined, object]>([
    [
      'the newest that does not go',
      [{}, { createdAt: longAgo + 1 }, { createdAt: longAgo + 2, isHeld: true }],
      2,
      { goes: (one: ManagedSnapshot) => !one.isHeld },
    ],
    ['the newest ready one where all go', [{}, { createdAt: longAgo + 1 }], 1, {}],
    [
      'a ready one before a newer one that was ready',
      [{}, { createdAt: longAgo + 1, ...unready, wasReady: true }],
      0,
      {},
    ],
    ['one that was ready where there is no other', [{ ...unready, wasReady: true }], 0, {}],
    [
      'nothing that was ready and is on its way out',
      [{ ...unready, wasReady: true, isDeleting: true }],
      undefined,
      {},
    ],
    ['nothing that was never ready', [unready], undefined, {}],
    ['nothing that others have made', [{ retain: undefined }], undefined, {}],
    ['nothing that may not stay', [{}], undefined, { mayStay: () => false }],
  ])('is %s', (_, changes, index, rules) => {
    const snapshots = changes.map(snapshot);
    const survivors = survivorsOf(snapshots, { ...all, ...rules });
    expect(snapshots.map((one) => survivors.get(one))).toEqual(
      snapshots.map(() => (index === undefined ? undefined : snapshots[index])),
    );
  });
});

describe('the members of a group', () => {
  const member = (changes: Partial<ManagedSnapshot> = {}) => snapshot({ group: 'night', ...changes });
  const decided = (one: ManagedSnapshot, fate: 'delete' | 'wait') => ({
    snapshot: one,
    fate,
    reason: '',
    survivor: undefined,
  });

  it('are one unit, and others are alone', () => {
    const all = [member(), snapshot(), member(), member({ namespace: 'other' }), snapshot()];
    const units = unitsOf(all.map((one) => ({ snapshot: one })));
    expect(units.map((unit) => unit.map((one) => all.indexOf(one.snapshot)))).toEqual([
      [0, 2],
      [1],
      [3],
      [4],
    ]);
  });

  it.each<[string, Partial<ManagedSnapshot>, boolean, boolean]>([
    ['stays', {}, false, true],
    ['goes', {}, true, false],
    ['is on its way out', { isDeleting: true }, false, false],
    ['is on its way out and held', { isDeleting: true, isHeld: true }, true, true],
  ])('stay together with one that %s', (_, changes, goes, stays) => {
    const [one, other] = [member(), member(changes)];
    const going = new Set(goes ? [one, other] : [one]);
    expect(stayingMembers([one, other, snapshot()], (each) => going.has(each)).size).toBe(stays ? 1 : 0);
    const decisions = [decided(one, 'delete'), decided(other, goes ? 'delete' : 'wait')];
    const [first] = waitForGroups(decisions, [one, other]);
    expect(first).toMatchObject(stays ? { fate: 'wait', waitsForGroup: true } : { fate: 'delete' });
  });
});

describe('the grace after a mark', () => {
  const grace = 22 * 60 * 60_000;

  it.each<[string, number | undefined, string | undefined]>([
    ['without a mark', undefined, undefined],
    ['a millisecond before its end', now.getTime() - grace + 1, 'wait'],
    ['at its end', now.getTime() - grace, undefined],
    ['with a mark that is no time', Number.NaN, 'refuse'],
    ['with a mark as far ahead as a clock may be wrong', now.getTime() + clockTolerance, 'wait'],
    ['with a mark further ahead', now.getTime() + clockTolerance + 1, 'refuse'],
  ])('%s, %s: %s', (_, markedAt, fate) => {
    expect(graceOf(markedAt, now, grace)?.fate).toBe(fate);
  });
});

describe('a snapshot that may become ready', () => {
  it.each<[number, boolean, boolean]>([
    [day - 1, false, true],
    [day, false, false],
    [0, true, false],
  ])('of %s milliseconds, ready %s: %s', (age, isReady, may) => {
    expect(mayBecomeReady(snapshot({ isReady, createdAt: now.getTime() - age }), now)).toBe(may);
  });
});
