import { expect, test } from 'vitest';
import { stayOf } from '../../src/backup/stay.ts';
import { label } from '../../src/snapshots/labels.ts';

const day = { [label.daily]: '2026-11-20' };
const tiers = { ...day, [label.weekly]: '2026-w47', [label.monthly]: '2026-11' };
const until = { [label.keepUntil]: '2027-01-31' };

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'of no tier and without a date',
    {},
    'until there is a newer one: other backups stand for its day, week and month',
  ],
  ['of one tier', day, 'as long as the policy keeps 2026-11-20'],
  ['of all tiers', tiers, 'as long as the policy keeps 2026-11-20, 2026-w47, 2026-11'],
  ['that a person made with a date', until, 'until 2027-01-31, as a person made it'],
  [
    'of a tier that a person made with a date',
    { ...day, ...until },
    'as long as the policy keeps 2026-11-20, and at least until 2027-01-31, as a person made it',
  ],
  [
    'that is to go, whatever else it has',
    { ...tiers, ...until, [label.deleteAfter]: '2026-12-01' },
    'until 2026-12-01',
  ],
])('a backup %s says how long it stays', (_, labels, words) => {
  expect(stayOf(labels)).toBe(words);
});
