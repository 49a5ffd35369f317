import { expect, it } from 'vitest';
import type { SnapshotRow } from '../../src/catalogue/snapshot-row.ts';
import { wantedBy, wantsAll, type Wanted } from '../../src/catalogue/wanted.ts';
import { pvcLabelValue } from '../../src/snapshots/labels.ts';
import { everything, rowOf } from './support.ts';

const rows: Readonly<Record<string, SnapshotRow>> = {
  hourly: rowOf({ tiers: { hourly: '2026-11-21T02Z' } }),
  daily: rowOf({ tiers: { daily: '2026-11-21' } }),
  weekly: rowOf({ tiers: { weekly: '2026-w47' } }),
  both: rowOf({ tiers: { daily: '2026-11-21', weekly: '2026-w47' } }),
  'daily held': rowOf({ tiers: { daily: '2026-11-20' }, held: 'label' }),
  adhoc: rowOf({ type: 'adhoc', deleteAfter: '2026-12-01' }),
  'adhoc of media': rowOf({ type: 'adhoc', pvc: 'media' }),
  marked: rowOf({ type: 'cronjob', deleteAfter: '2026-11-22' }),
  'marked held': rowOf({ deleteAfter: '2026-11-22', held: 'label' }),
  undated: rowOf({ held: 'date-removed' }),
  odd: rowOf({ deleteAfter: '22.11.2026' }),
  failed: rowOf({ ready: false, failed: 'no space' }),
};

function namesOf(wanted: Partial<Wanted>): string[] {
  const isWanted = wantedBy({ ...everything, ...wanted });
  return Object.keys(rows).filter((name) => isWanted(rows[name] ?? rowOf()));
}

it.each<[string, Partial<Wanted>, string[]]>([
  ['nothing said: all', {}, Object.keys(rows)],
  ['a tier', { tiers: ['daily'] }, ['daily', 'both', 'daily held']],
  ['two tiers widen', { tiers: ['hourly', 'weekly'] }, ['hourly', 'weekly', 'both']],
  [
    'a tier and made by hand widen',
    { tiers: ['hourly'], adhoc: true },
    ['hourly', 'adhoc', 'adhoc of media'],
  ],
  ['what goes, and not what is held', { marked: true }, ['adhoc', 'marked', 'odd']],
  ['what is held, either way', { held: true }, ['daily held', 'marked held', 'undated']],
  ['states widen', { held: true, failed: true }, ['daily held', 'marked held', 'undated', 'failed']],
  ['a tier and a state narrow', { tiers: ['daily'], held: true }, ['daily held']],
  ['made by hand and a state narrow', { adhoc: true, marked: true }, ['adhoc']],
  ['a PVC narrows', { adhoc: true, pvc: 'media' }, ['adhoc of media']],
  ['what cannot be together: none', { tiers: ['daily'], failed: true }, []],
])('%s', (_, wanted, names) => {
  expect(namesOf(wanted)).toEqual(names);
});

it('a PVC is found by its whole name also where only its label is known', () => {
  const pvc = 'a'.repeat(70);
  const isWanted = wantedBy({ ...everything, pvc });
  expect(isWanted(rowOf({ pvc }))).toBe(true);
  expect(isWanted(rowOf({ pvc: pvcLabelValue(pvc) }))).toBe(true);
  expect(isWanted(rowOf({ pvc: 'a'.repeat(69) }))).toBe(false);
});

it('only without any wish all are wanted', () => {
  expect(wantsAll(everything)).toBe(true);
  const wishes: Partial<Wanted>[] = [
    { tiers: ['last'] },
    { adhoc: true },
    { marked: true },
    { held: true },
    { failed: true },
    { pvc: 'data' },
  ];
  for (const wish of wishes) expect(wantsAll({ ...everything, ...wish })).toBe(false);
});
