import { expect, it } from 'vitest';
import { nextStep } from '../../../src/retention/hold/release.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';

const now = new Date('2026-11-21T12:00:00Z');
const long = now.getTime() - 30 * 24 * 60 * 60_000;

it.each<[Partial<ManagedSnapshot>, string]>([
  [
    { deleteAfter: '2026-11-20' },
    'delete-after 2026-11-20 has passed, so the next mark-and-delete deletes it',
  ],
  [{ deleteAfter: '2026-11-21' }, 'deleted after 2026-11-21'],
  [{ deleteAfter: 'soon' }, "stays: 'soon' is not a date"],
  [{ retain: undefined }, 'not made by backup-ns, so nothing deletes it by itself'],
  [{ retain: 'days' }, 'without a date, so nothing deletes it by itself'],
  [{ tiers: new Map([['daily', '2026-11-20']]) }, 'stays: stands for 2026-11-20'],
  [
    {},
    'no tier keeps it any more, so the next mark-and-delete gives it a date to go, unless it is the newest of its volume',
  ],
])('a snapshot that is let go (%o) is told what becomes of it', (changes, words) => {
  const retain = 'daily_weekly_monthly';
  const snapshot = { name: 's', retain, tiers: new Map(), isReady: true, createdAt: long, ...changes };
  expect(nextStep(snapshot as ManagedSnapshot, now, 'UTC')).toBe(words);
});
