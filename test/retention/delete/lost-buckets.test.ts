import { expect, test } from 'vitest';
import { lostBuckets } from '../../../src/retention/delete/lost-buckets.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import type { Tier } from '../../../src/snapshots/tiers.ts';
import { words } from '../../support/snapshot-words.ts';

function made(time: string, tiers: readonly Tier[], facts: Partial<ManagedSnapshot> = {}): ManagedSnapshot {
  const at = new Date(time);
  const buckets = bucketsOf(at, 'Europe/Vienna');
  return {
    words,
    namespace: 'shop',
    name: time.slice(5, 13),
    uid: time,
    resourceVersion: '1',
    pvc: 'data',
    dumps: 0,
    createdAt: at.getTime(),
    isReady: true,
    wasReady: false,
    isDeleting: false,
    retain: 'daily_weekly_monthly',
    tiers: new Map(tiers.map((tier) => [tier, buckets[tier]])),
    deleteAfter: undefined,
    wasMarked: false,
    isHeld: false,
    verified: undefined,
    ...facts,
  };
}

const first = made('2026-11-20T02:30:00Z', ['daily', 'weekly', 'monthly']);

function lostWith(...others: readonly ManagedSnapshot[]): string[] {
  const lost = lostBuckets([first, ...others], new Set([first]), 'Europe/Vienna').get(first) ?? [];
  return lost.map(({ tier, bucket, neighbour }) => `${tier} ${bucket} -> ${neighbour}`);
}

test('what stands for a day, a week and a month by itself loses them, and its neighbours of each can take them', () => {
  const sameDay = made('2026-11-20T22:30:00Z', []);
  const sameWeek = made('2026-11-21T02:30:00Z', ['daily']);
  const nextWeek = made('2026-11-24T02:30:00Z', ['daily']);
  expect(lostWith(sameDay, sameWeek, nextWeek)).toEqual([
    'daily 2026-11-20 -> 11-20T22',
    'weekly 2026-w47 -> 11-21T02',
    'monthly 2026-11 -> 11-24T02',
  ]);
});

test('the day is that of the zone of the dates', () => {
  expect(lostWith(made('2026-11-20T23:30:00Z', []))[0]).toBe('daily 2026-11-20 -> undefined');
});

test('what another stands for as well is not lost', () => {
  expect(lostWith(made('2026-11-20T03:30:00Z', ['daily', 'weekly', 'monthly']))).toEqual([]);
});

test.each([
  ['is not ready', { isReady: false }],
  ['is to go itself', { deleteAfter: '2026-12-01' }],
  ['is none of ours', { retain: undefined }],
  ['is of another volume', { pvc: 'files' }],
])('a neighbour that %s can take nothing', (_, facts) => {
  expect(lostWith(made('2026-11-20T03:30:00Z', ['daily'], facts))).toEqual([
    'daily 2026-11-20 -> undefined',
    'weekly 2026-w47 -> undefined',
    'monthly 2026-11 -> undefined',
  ]);
});

test('what is not a backup loses nothing', () => {
  const failed = made('2026-11-20T02:30:00Z', ['daily'], { isReady: false });
  expect(lostBuckets([failed], new Set([failed]), 'UTC').get(failed)).toEqual([]);
});

test('only those that go lose something', () => {
  const stays = made('2026-11-21T02:30:00Z', ['daily']);
  const lost = lostBuckets([first, stays], new Set([first]), 'Europe/Vienna');
  expect([...lost.keys()]).toEqual([first]);
});
