import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Claims } from '../../../src/retention/retain/claims.ts';
import { planRetention } from '../../../src/retention/retain/plan.ts';
import { planVolumes } from '../../../src/retention/retain/plan-volumes.ts';
import { planMarks } from '../../../src/retention/mark-and-delete/mark.ts';
import { planSweep } from '../../../src/retention/mark-and-delete/sweep.ts';
import { bucketsOf } from '../../../src/snapshots/buckets.ts';
import { compareFullness } from '../../../src/snapshots/fullness.ts';
import type { ManagedSnapshot } from '../../../src/snapshots/managed.ts';
import { takenTiers } from '../../../src/snapshots/taken-tiers.ts';
import { historyOf, volumesOf } from '../../../src/snapshots/volumes.ts';
import type { RetentionPolicy, Tier } from '../../../src/snapshots/tiers.ts';
import { words } from '../../support/snapshot-words.ts';

const day = 24 * 60 * 60_000;
const start = Date.UTC(2026, 9, 30, 2, 30);
const none: RetentionPolicy = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const policy: RetentionPolicy = { ...none, daily: 3, weekly: 2, monthly: 2 };
const wanted: readonly Tier[] = ['daily', 'weekly', 'monthly'];

function snapshot(name: string, facts: Partial<ManagedSnapshot> = {}): ManagedSnapshot {
  return {
    words,
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    pvc: 'data',
    dumps: 0,
    createdAt: start,
    isReady: true,
    wasReady: false,
    isDeleting: false,
    retain: 'daily_weekly_monthly',
    tiers: new Map(),
    deleteAfter: undefined,
    wasMarked: false,
    isHeld: false,
    verified: undefined,
    ...facts,
  };
}

/** Of that day, YYYY-MM-DD. */
const noon = (today: string) => ({ now: new Date(`${today}T12:00:00Z`), today });
const tier = (name: Tier, bucket: string) => new Map([[name, bucket]]);

/** One run of `create`: of these volumes, with so many dumps; the parts that are named never become ready. */
interface Run {
  readonly hours: number;
  readonly pvcs: readonly string[];
  readonly dumps: number;
  readonly unready: readonly string[];
}

const run: fc.Arbitrary<Run> = fc.record({
  hours: fc.constantFrom(1, 3, 12, 24, 24, 24, 48),
  pvcs: fc.constantFrom(['data'], ['data', 'files'], ['data', 'files'], ['files', 'media']),
  dumps: fc.constantFrom(0, 1, 1, 2),
  unready: fc.constantFrom([], [], [], ['data'], ['files']),
});

/** As `create` labels them, one run after the other. */
function play(runs: readonly Run[]): { all: ManagedSnapshot[]; now: Date } {
  const all: ManagedSnapshot[] = [];
  let at = start;
  runs.forEach(({ hours, pvcs, dumps, unready }, index) => {
    at += hours * 60 * 60_000;
    const buckets = bucketsOf(new Date(at), 'UTC');
    const histories = pvcs.map((pvc) => historyOf(all, { pvc, pvcUid: `uid-${pvc}`, madeAt: 0 }));
    const taken = takenTiers(histories, { dumps, volumes: pvcs.length }, buckets);
    const given = new Map(wanted.filter((one) => !taken.has(one)).map((one) => [one, buckets[one]]));
    for (const pvc of pvcs) {
      const isReady = !unready.includes(pvc);
      const facts = { pvc, pvcUid: `uid-${pvc}`, backup: `b${index}`, dumps, createdAt: at };
      all.push(snapshot(`${pvc}-${index}`, { ...facts, tiers: given, isReady, wasReady: !isReady }));
    }
  });
  return { all, now: new Date(at + 2 * day) };
}

const history = fc.array(run, { minLength: 1, maxLength: 15 }).map(play);

const partsOf = (all: readonly ManagedSnapshot[]) => Map.groupBy(all, ({ backup = '' }) => backup);
const keptTiers = (all: readonly ManagedSnapshot[], now: Date) =>
  new Map(
    planRetention(all, policy, now, 'UTC').map(({ snapshot, tiers: decisions }) => [
      snapshot,
      decisions.filter(({ keep }) => keep).map(({ tier }) => tier),
    ]),
  );

describe('the tiers of a backup of several volumes', () => {
  it('are given to all of its volumes or to none', () => {
    fc.assert(
      fc.property(history, ({ all }) => {
        for (const parts of partsOf(all).values()) {
          expect(new Set(parts.map((part) => [...part.tiers.keys()].join(' '))).size).toBe(1);
        }
      }),
    );
  });

  it('are kept by all of its volumes or by none, once all are ready', () => {
    fc.assert(
      fc.property(history, ({ all, now }) => {
        const kept = keptTiers(all, now);
        for (const parts of partsOf(all).values()) {
          if (parts.some(({ isReady }) => !isReady)) continue;
          expect(new Set(parts.map((part) => kept.get(part)?.join(' '))).size).toBe(1);
        }
      }),
    );
  });

  it('stand, for every bucket that the policy keeps of a volume, with the fullest of the whole backups', () => {
    fc.assert(
      fc.property(history, ({ all, now }) => {
        const kept = keptTiers(all, now);
        const whole = [...partsOf(all).values()].filter((parts) => parts.every(({ isReady }) => isReady));
        const fullness = (parts: readonly ManagedSnapshot[]) => ({
          dumps: parts[0]?.dumps ?? 0,
          volumes: parts.length,
        });
        for (const { snapshots } of volumesOf(all)) {
          for (const one of wanted) {
            const standing = snapshots.filter((own) => own.isReady && kept.get(own)?.includes(one));
            const ready = snapshots.filter(({ isReady }) => isReady);
            const buckets = new Set(ready.flatMap((own) => own.tiers.get(one) ?? []));
            for (const bucket of [...buckets].toSorted().slice(-policy[one])) {
              const candidates = whole.filter((parts) =>
                parts.some((part) => snapshots.includes(part) && part.tiers.get(one) === bucket),
              );
              if (candidates.length === 0) continue;
              const fullest = candidates.map(fullness).toSorted(compareFullness).at(-1)!;
              const best = standing
                .filter((own) => own.tiers.get(one) === bucket)
                .map((own) => fullness(partsOf(all).get(own.backup ?? '') ?? []))
                .some((own) => compareFullness(own, fullest) >= 0);
              expect(best).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('are decided on alike in the midst of carrying the plan out', () => {
    fc.assert(
      fc.property(history, fc.nat(100), ({ all, now }, percent) => {
        const changes = planRetention(all, policy, now, 'UTC').filter(({ tiers }) =>
          tiers.some(({ keep }) => !keep),
        );
        const done = new Map(
          changes
            .slice(0, Math.ceil((changes.length * percent) / 100))
            .map(({ snapshot, tiers: decisions }) => [
              snapshot.name,
              new Map(decisions.filter(({ keep }) => keep).map(({ tier, bucket }) => [tier, bucket])),
            ]),
        );
        const midst = all.map((one) => ({ ...one, tiers: done.get(one.name) ?? one.tiers }));
        const end = (snapshots: readonly ManagedSnapshot[]) =>
          [...keptTiers(snapshots, now)].map(([{ name }, kept]) => `${name} ${kept.join(' ')}`).toSorted();
        expect(end(midst)).toEqual(end(all));
      }),
    );
  });

  const at = (name: string, pvc: string, nights: number, facts: Partial<ManagedSnapshot> = {}) =>
    snapshot(name, {
      pvc,
      backup: `b${nights}`,
      createdAt: start + nights * day,
      tiers: tier('daily', bucketsOf(new Date(start + nights * day), 'UTC').daily),
      ...facts,
    });
  const changesOf = (all: readonly ManagedSnapshot[], now: Date, own: RetentionPolicy) => {
    const pvcs = [...new Set(all.map(({ pvc }) => pvc))];
    const claims = new Claims(pvcs.map((pvc) => ({ namespace: 'shop', pvc, uid: `uid-${pvc}`, madeAt: 0 })));
    return planVolumes(all, () => ({ policy: own }), claims, now, 'UTC').changes;
  };

  it('are decided on alike where each volume has its policy, and all of them the same', () => {
    fc.assert(
      fc.property(history, ({ all, now }) => {
        const taken = planRetention(all, policy, now, 'UTC').filter(({ tiers: decisions }) =>
          decisions.some(({ keep }) => !keep),
        );
        expect(changesOf(all, now, policy)).toEqual(taken);
      }),
    );
  });

  it.each([
    ['is not ready', { isReady: false, wasReady: true }],
    ['is to go', { deleteAfter: '2026-12-01' }],
  ])('are kept for none of its volumes because of one that %s, which keeps its own', (_, facts) => {
    const pvcs = ['data', 'files', 'media'];
    const all = [
      ...pvcs.map((pvc) => at(`${pvc}-0`, pvc, 0, pvc === 'media' ? facts : {})),
      ...pvcs.map((pvc) => at(`${pvc}-1`, pvc, 1)),
    ];
    const changes = changesOf(all, new Date(start + 2 * day), { ...none, daily: 1 });
    expect(changes.map(({ snapshot: { name } }) => name).toSorted()).toEqual(['data-0', 'files-0']);
  });

  it('are kept for each volume by itself where the volumes have policies of their own', () => {
    const all = [0, 1, 2].flatMap((night) => [
      at(`d${night}`, 'data', night),
      at(`f${night}`, 'files', night),
    ]);
    const claims = new Claims(
      ['data', 'files'].map((pvc) => ({ namespace: 'shop', pvc, uid: pvc, madeAt: 0 })),
    );
    const policyOf = ({ pvc }: { pvc: string }) => ({ policy: { ...none, daily: pvc === 'data' ? 3 : 1 } });
    const now = new Date(start + 3 * day);
    const { changes } = planVolumes(all, policyOf, claims, now, 'UTC');
    expect(changes.map(({ snapshot: { name } }) => name).toSorted()).toEqual(['f0', 'f1']);
  });
});

describe('a lesser backup', () => {
  const bucket = tier('daily', '2026-10-30');
  const evening = start + 12 * 60 * 60_000;
  const now = new Date(start + day);

  it.each([
    ['without the dump', { dumps: 1 }, { dumps: 0 }],
    ['with fewer dumps', { dumps: 700 }, { dumps: 2 }],
  ])('%s never pushes out the fuller one of the same day, though it is newer', (_, full, less) => {
    const fuller = snapshot('fuller', { ...full, tiers: bucket });
    const lesser = snapshot('lesser', { ...less, tiers: bucket, createdAt: evening });
    const kept = keptTiers([fuller, lesser], now);
    expect(kept.get(fuller)).toEqual(['daily']);
    // The floor is of the newest.
    expect(planRetention([fuller, lesser], policy, now, 'UTC')[0]?.tiers[0]?.reason).toMatch(
      /lesser backup than fuller|newest labelled/,
    );
  });
});

describe('a PVC that was made anew under the same name', () => {
  const old = (name: string, nights: number, facts: Partial<ManagedSnapshot> = {}) =>
    snapshot(name, { pvcUid: 'first', createdAt: start + nights * day, ...facts });

  it('is another volume, to which older snapshots that do not say their PVC never belong', () => {
    const all = [snapshot('ancient', { createdAt: start - day }), old('old', 0)];
    const anew = snapshot('new', { pvcUid: 'second', createdAt: start + day });
    expect(volumesOf([...all, anew]).map(({ pvcUid, snapshots }) => [pvcUid, snapshots.length])).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
    const claim = { pvc: 'data', pvcUid: 'third', madeAt: start };
    expect(historyOf(all, claim)).toEqual([]);
    expect(historyOf([snapshot('ancient', { createdAt: start - day })], claim)).toEqual([]);
    expect(historyOf([snapshot('later', { createdAt: start + day })], claim)).toHaveLength(1);
  });

  it('has no snapshot of another PVC, whatever uid that has', () => {
    const all = [old('old', 0), snapshot('other', { pvc: 'files', pvcUid: 'first', createdAt: start + day })];
    const claim = { pvc: 'data', pvcUid: 'first', madeAt: start };
    expect(historyOf(all, claim).map(({ name }) => name)).toEqual(['old']);
    expect(historyOf(all, { ...claim, pvc: 'none' })).toEqual([]);
  });

  it('takes none of the tiers of the lost volume, and its first backup has all of its own', () => {
    const buckets = bucketsOf(new Date(start), 'UTC');
    const all = [old('old', 0, { tiers: new Map(wanted.map((one) => [one, buckets[one]])) })];
    const anew = historyOf(all, { pvc: 'data', pvcUid: 'second', madeAt: start });
    expect([...takenTiers([anew], { dumps: 0, volumes: 1 }, buckets)]).toEqual([]);
  });

  it('never costs the lost volume its last backup', () => {
    const all = [
      old('old-1', 0, { retain: 'days', deleteAfter: '2026-11-01' }),
      old('old-last', 1, { retain: 'days', deleteAfter: '2026-11-02' }),
      snapshot('new', {
        pvcUid: 'second',
        retain: 'days',
        deleteAfter: '2026-12-30',
        createdAt: start + 9 * day,
      }),
    ];
    const going = planSweep(all, noon('2026-11-10')).filter(({ fate }) => fate === 'delete');
    expect(going.map(({ snapshot: { name } }) => name)).toEqual(['old-1']);
  });

  it('leaves the history of the lost volume as it is, and says so', () => {
    const nights = Array.from({ length: 9 }, (_, night) =>
      old(`old-${night}`, night, {
        tiers: tier('daily', bucketsOf(new Date(start + night * day), 'UTC').daily),
      }),
    );
    const plan = (uid: string) =>
      planVolumes(
        nights,
        () => ({ policy }),
        new Claims([{ namespace: 'shop', pvc: 'data', uid, madeAt: 0 }]),
        new Date(start + 9 * day),
        'UTC',
      );
    expect(plan('first').changes).toHaveLength(6);
    expect(plan('second')).toMatchObject({
      changes: [],
      leftAlone: [{ namespace: 'shop', pvc: 'data', pvcUid: 'first', snapshots: 9 }],
    });
  });
});

describe('snapshots that do not say their PVC’s uid', () => {
  const nights = Array.from({ length: 9 }, (_, night) => {
    const createdAt = start + night * day;
    return snapshot(`old-${night}`, {
      createdAt,
      tiers: tier('daily', bucketsOf(new Date(createdAt), 'UTC').daily),
    });
  });
  const claimed = (madeAt: number) =>
    new Claims([{ namespace: 'shop', pvc: 'data', uid: 'present', madeAt }]);
  const now = new Date(start + 10 * day);
  const plan = (all: readonly ManagedSnapshot[], claims: Claims) =>
    planVolumes(all, () => ({ policy }), claims, now, 'UTC');

  it('are of the PVC that is there, and thinned by its policy, when they are younger', () => {
    expect(plan(nights, claimed(start - day)).changes).toHaveLength(6);
  });

  it('keep all they have when the PVC was made after them, and the new one has a history of its own', () => {
    const anew = snapshot('new', { pvcUid: 'present', createdAt: start + 9.5 * day });
    for (const all of [nights, [...nights, anew]]) {
      expect(plan(all, claimed(start + 9 * day))).toMatchObject({
        changes: [],
        leftAlone: [{ pvc: 'data', snapshots: 9 }],
      });
    }
  });

  it('are split where the PVC was made anew amid them', () => {
    const { changes, leftAlone } = plan(nights, claimed(start + 4.5 * day));
    expect(changes.map(({ snapshot: { name } }) => name)).toEqual(['old-5']);
    expect(leftAlone).toMatchObject([{ snapshots: 5 }]);
  });

  it('get no date when their PVC is gone, whatever they stand for', () => {
    const bare = nights.map((one) => ({ ...one, tiers: new Map<Tier, string>() }));
    const marks = (claims: Claims) =>
      planMarks(bare, { now, today: '2026-11-19' }, claims).filter(({ mark }) => mark).length;
    expect([marks(claimed(start - day)), marks(claimed(start + 9 * day)), marks(new Claims([]))]).toEqual([
      8, 0, 0,
    ]);
  });
});

describe('mark-and-delete', () => {
  const now = new Date(start + 20 * day);
  const today = { now, today: '2026-11-19' };
  const marked = (all: readonly ManagedSnapshot[]) =>
    planMarks(all, today)
      .filter(({ mark }) => mark)
      .map(({ snapshot: { name } }) => name);

  it('never marks the newest good backup of a volume, whatever it stands for', () => {
    const all = [
      snapshot('older'),
      snapshot('newest', { createdAt: start + day }),
      snapshot('failed', { createdAt: start + 2 * day, isReady: false }),
    ];
    expect(marked(all)).toEqual(['older', 'failed']);
  });

  it('leaves a backup that a person made until its day is over, and one whose day nobody can read', () => {
    const until = (keepUntil: string) => snapshot(keepUntil, { keepUntil });
    const all = [
      ...['2026-11-18', '2026-11-19', '2026-11-20', 'christmas'].map(until),
      snapshot('newest', { createdAt: start + day }),
    ];
    expect(marked(all)).toEqual(['2026-11-18']);
  });

  it('leaves what is not ready now and was so before alone, and counts on none of it', () => {
    const out = { isReady: false, wasReady: true };
    const due = { deleteAfter: '2026-11-01' };
    expect(marked([snapshot('out', out), snapshot('newest', { createdAt: start + day })])).toEqual([]);
    const all = [snapshot('out', { ...out, ...due }), snapshot('ready', due), snapshot('good', out)];
    const fates = planSweep(all, noon('2026-11-19')).map(({ snapshot: { name }, fate }) => `${name} ${fate}`);
    expect(fates).toEqual(['out refuse', 'ready refuse']);
  });

  it.each([
    [{}, 23, 'wait'],
    [{ wasReady: true }, 23, 'wait'],
    [{}, 24, 'delete'],
    [{ wasReady: true }, 24, 'refuse'],
    [{ isReady: true }, 1, 'delete'],
  ])('sees of one that is due, not ready and besides %j, after %i hours: %s', (facts, hours, fate) => {
    const at = noon('2026-11-19');
    const createdAt = at.now.getTime() - hours * 60 * 60_000;
    const applied = snapshot('applied', { isReady: false, deleteAfter: '2026-11-01', ...facts, createdAt });
    expect(planSweep([applied, snapshot('good')], at).map((one) => one.fate)).toEqual([fate]);
  });

  it('counts only backups of this tool as what is left of a volume', () => {
    const ours = snapshot('ours', { deleteAfter: '2026-11-01' });
    const foreign = snapshot('foreign', { retain: undefined, createdAt: start + day });
    expect(planSweep([ours, foreign], noon('2026-11-19')).map(({ fate }) => fate)).toEqual(['refuse']);
  });

  it('leaves every volume that had a good backup one, whoever else has snapshots of it', () => {
    const some = fc.record({
      pvcUid: fc.constantFrom(undefined, 'first', 'second'),
      retain: fc.constantFrom('daily_weekly_monthly', 'days', undefined),
      isReady: fc.boolean(),
      wasReady: fc.boolean(),
      deleteAfter: fc.constantFrom(undefined, '2026-11-01', '2026-12-01'),
      createdAt: fc.integer({ min: start, max: start + 9 * day }),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), (facts) => {
        const all = facts.map((one, index) =>
          snapshot(`s${index}`, { ...one, wasReady: one.wasReady && !one.isReady }),
        );
        const going = new Set(
          planSweep(all, noon('2026-11-19'))
            .filter(({ fate }) => fate === 'delete')
            .map(({ snapshot }) => snapshot),
        );
        for (const { snapshots } of volumesOf(all)) {
          const good = snapshots.filter(({ isReady, retain }) => isReady && retain !== undefined);
          expect(good.length > 0 && good.every((one) => going.has(one))).toBe(false);
          expect(snapshots.filter(({ wasReady }) => wasReady).filter((one) => going.has(one))).toEqual([]);
        }
      }),
    );
  });
});
