import { expect, it } from 'vitest';
import { stuckDecisions, stuckIn } from '../../../src/retention/mark-and-delete/stuck.ts';
import { words } from '../../../src/snapshots/csi/words.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';

const now = new Date('2026-11-21T12:00:00Z');
const day = 24 * 60 * 60_000;

function going(name: string, changes: Partial<ManagedSnapshot> = {}): ManagedSnapshot {
  const deletingSince = now.getTime() - day;
  const retain = 'daily_weekly_monthly';
  return { words, namespace: 'shop', name, retain, deletingSince, ...changes } as ManagedSnapshot;
}

it('what was deleted a day ago and is there still is stuck, if it is ours or a user has dated it', () => {
  const all = [
    going('ours'),
    going('dated', { retain: undefined, deleteAfter: '2026-11-20' }),
    going('of others', { retain: undefined }),
    going('for less', { deletingSince: now.getTime() - day + 1 }),
    { ...going('not at all'), deletingSince: undefined } as unknown as ManagedSnapshot,
  ];
  expect(stuckIn(all, now).map(({ name }) => name)).toEqual(['ours', 'dated']);
});

it('ten of what is stuck are named in each namespace, with what each waits for', () => {
  const many = (namespace: string) =>
    Array.from({ length: 11 }, (_, index) => going(`s${index}`, { namespace }));
  const decisions = stuckDecisions([...many('a'), going('member', { group: 'night' }), ...many('b')]);
  const counts = Map.groupBy(decisions, ({ snapshot }) => snapshot.namespace);
  expect([...counts].map(([namespace, own]) => [namespace, own.length])).toEqual([
    ['a', 10],
    ['shop', 1],
    ['b', 10],
  ]);
  const since = 'on its way out since 2026-11-20T12:00:00.000Z';
  expect(counts.get('a')?.[0]).toMatchObject({
    fate: 'wait',
    reason: expect.stringContaining(`${since}: it is held, mostly by a PVC`) as string,
  });
  expect(counts.get('shop')?.[0]?.reason).toContain(
    `${since}: it waits for its group, ${words.group} 'night'`,
  );
});
