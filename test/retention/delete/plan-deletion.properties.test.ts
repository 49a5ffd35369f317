import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDeletion } from '../../../src/retention/delete/plan-deletion.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { words } from '../../support/snapshot-words.ts';

const today = '2026-11-21';
const namespace = 'shop';

/** Snapshots of two volumes, as they may come to be by chance and by the hands of users. */
const snapshots = fc
  .array(
    fc.record({
      pvc: fc.constantFrom('data', 'media'),
      isReady: fc.boolean(),
      isDeleting: fc.boolean(),
      retain: fc.constantFrom('daily_weekly_monthly', 'days', undefined),
      deleteAfter: fc.constantFrom(undefined, '2026-11-20', today, 'tomorrow'),
      wasMarked: fc.boolean(),
      isHeld: fc.boolean(),
      day: fc.integer({ min: 1, max: 21 }),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ day, ...facts }, index): ManagedSnapshot => ({
      ...facts,
      words,
      isReady: facts.isReady && !facts.isDeleting,
      wasReady: false,
      dumps: 0,
      namespace,
      name: `s${index}`,
      uid: `uid-${index}`,
      resourceVersion: '1',
      createdAt: Date.UTC(2026, 10, day),
      tiers: new Map(),
      verified: undefined,
    })),
  );
const names = fc.uniqueArray(fc.constantFrom('s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 'none'));

test('each name is either to go or refused, and nothing else is', () => {
  fc.assert(
    fc.property(snapshots, names, fc.boolean(), (all, wanted, evenTheLast) => {
      const { going, refused } = planDeletion(
        all,
        { namespace, names: wanted, evenTheLast, words },
        today,
        'UTC',
      );
      const named = [...going.map(({ snapshot }) => snapshot.name), ...refused.map(({ name }) => name)];
      expect(named.toSorted()).toEqual(wanted.toSorted());
    }),
  );
});

test('what is held by its label or by a date that was taken away never goes', () => {
  fc.assert(
    fc.property(snapshots, names, fc.boolean(), (all, wanted, evenTheLast) => {
      const { going } = planDeletion(all, { namespace, names: wanted, evenTheLast, words }, today, 'UTC');
      for (const { snapshot } of going) {
        expect(snapshot.isHeld || (snapshot.wasMarked && snapshot.deleteAfter === undefined)).toBe(false);
      }
    }),
  );
});

test('a ready backup only goes when a ready snapshot of its volume is left, which is the one that is told', () => {
  fc.assert(
    fc.property(snapshots, names, (all, wanted) => {
      const { going } = planDeletion(
        all,
        { namespace, names: wanted, evenTheLast: false, words },
        today,
        'UTC',
      );
      const leaving = new Set(going.map(({ snapshot }) => snapshot));
      for (const { snapshot, survivor } of going) {
        if (!snapshot.isReady || snapshot.retain === undefined) continue;
        expect(survivor).toMatchObject({ isReady: true, pvc: snapshot.pvc });
        expect(survivor && leaving.has(survivor)).toBe(false);
      }
    }),
  );
});

test('one that is due is what is left only when it is a named one that was refused', () => {
  fc.assert(
    fc.property(snapshots, names, (all, wanted) => {
      const { going, refused } = planDeletion(
        all,
        { namespace, names: wanted, evenTheLast: false, words },
        today,
        'UTC',
      );
      const stays = new Set(refused.map(({ name }) => name));
      for (const { survivor } of going) {
        if (!survivor || survivor.isHeld || survivor.deleteAfter !== '2026-11-20') continue;
        expect(stays).toContain(survivor.name);
      }
    }),
  );
});

test('of each volume at most one is refused as its last, and none when even that may go', () => {
  fc.assert(
    fc.property(snapshots, names, fc.boolean(), (all, wanted, evenTheLast) => {
      const { refused } = planDeletion(all, { namespace, names: wanted, evenTheLast, words }, today, 'UTC');
      const last = refused.filter(({ error }) => error.includes('the last ready backup'));
      const volumes = last.map(({ name }) => all.find((one) => one.name === name)?.pvc);
      expect(volumes).toEqual([...new Set(volumes)]);
      expect(evenTheLast && last.length > 0).toBe(false);
    }),
  );
});
