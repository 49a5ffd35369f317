import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../src/status/judge.ts';
import { isExhaustive } from '../support/exhaustive.ts';
import { backupOf, claimOf, cronJobOf, factsOf, hourMs, podOf, remarkOf, runOf } from './support.ts';

const from = Date.parse('2026-03-20T00:00:00Z');
const minuteMs = 60_000;

/** With how long two runs can be apart at most, clocks that change included: told here by hand, not by the code. */
const schedules = [
  { schedule: '30 4 * * *', hours: 25 },
  { schedule: '0 * * * *', hours: 2 },
  { schedule: '*/10 * * * *', hours: 1 },
  { schedule: '30 4 * * 1-5', hours: 73 },
  { schedule: '0 3 * * 0', hours: 7 * 24 + 1 },
  { schedule: '0 3 1 * *', hours: 31 * 24 + 1 },
  { schedule: '@every 1h', hours: 0 },
  { schedule: 'nonsense', hours: 0 },
] as const;

const pvcs = ['data', 'media'];
const namespaces = ['shop', 'blog'];
const mostlyFirst = (all: readonly string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(all[0] ?? '') },
    { weight: 1, arbitrary: fc.constantFrom(...all) },
  );
const place = { namespace: mostlyFirst(namespaces) };
const seldom = fc.constantFrom(false, false, false, false, true);
/** How old something is: minutes, hours, days or months. */
const ages = fc.oneof(
  fc.integer({ min: 0, max: 90 }).map((count) => count * minuteMs),
  fc.integer({ min: 0, max: 60 }).map((count) => count * hourMs),
  fc.integer({ min: 0, max: 40 }).map((count) => count * 24 * hourMs),
);

const claims = fc.array(
  fc.record({
    ...place,
    name: mostlyFirst(pvcs),
    uid: mostlyFirst(['uid-data', 'uid-new']),
    age: fc.oneof({ weight: 4, arbitrary: fc.constant(400 * 24 * hourMs) }, { weight: 1, arbitrary: ages }),
    exemption: fc.option(fc.string(), { nil: undefined, freq: 1 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const cronJobs = fc.array(
  fc.record({
    ...place,
    planned: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...schedules.slice(0, 5)) },
      { weight: 1, arbitrary: fc.constantFrom(...schedules) },
    ),
    isForeign: seldom,
    pvcs: fc.oneof(
      { weight: 4, arbitrary: fc.subarray(pvcs, { minLength: 1 }) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    isSuspended: seldom,
    isDryRun: seldom,
    engines: fc.constantFrom([], [], [], ['postgres'], ['postgres', 'mysql']),
    timeZone: fc.constantFrom('UTC', 'UTC', 'UTC', 'UTC', 'UTC', 'Europe/Vienna', 'Mars/Olympus'),
    uid: fc.constantFrom('a', 'b', 'c'),
  }),
  { minLength: 1, maxLength: 2 },
);
const backups = fc.array(
  fc.record({
    ...place,
    pvc: mostlyFirst(pvcs),
    pvcUid: fc.oneof(mostlyFirst(['uid-data', 'uid-new']), fc.constant(undefined)),
    age: ages,
    isReady: fc.boolean(),
    dumps: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 5 },
);
const runs = fc.array(
  fc.record({
    ...place,
    of: fc.constantFrom('a', 'b'),
    state: fc.constantFrom('running', 'failed', 'complete', 'suspended'),
  }),
  { maxLength: 4 },
);

const world = fc.record({
  now: fc.integer({ min: 0, max: 300 * 24 * 60 }).map((count) => from + count * minuteMs),
  claims,
  cronJobs,
  backups,
  runs,
  message: fc.string(),
});

it(
  'whatever there is, a PVC is only said to be protected with a ready backup of it that is newer than its schedule wants',
  { timeout: 90_000 },
  () => {
    let protectedOnes = 0;
    fc.assert(
      fc.property(world, ({ now, message, ...parts }) => {
        const facts = factsOf({
          now,
          claims: parts.claims
            .filter((one, index, all) => all.findIndex((other) => isSame(one, other)) === index)
            .map(({ age, ...one }) => claimOf({ ...one, madeAt: now - age })),
          cronJobs: parts.cronJobs.map(({ planned, isForeign, ...one }, index) =>
            cronJobOf({
              ...one,
              ...(isForeign && { target: 'elsewhere' }),
              schedule: planned.schedule,
              name: `backup-${index}`,
            }),
          ),
          backups: parts.backups.map(({ age, ...one }, index) =>
            backupOf({
              ...one,
              createdAt: now - age,
              name: `snapshot-${index}`,
              pod: `backup-${index % 3}-29000000-abcde`,
            }),
          ),
          runs: parts.runs.map((one, index) => runOf({ ...one, uid: `run-${index}` })),
          pods: [podOf({ of: 'run-0' })],
          remarks: [remarkOf({ about: 'run-0', message })],
        });
        for (const { namespace, pvc, protection } of judge(facts)) {
          if (protection !== 'yes') continue;
          protectedOnes++;
          const claim = facts.claims.find((one) => isSame(one, { namespace, name: pvc }));
          const active = parts.cronJobs.filter(
            (job) => job.namespace === namespace && !job.isSuspended && !job.isDryRun && !job.isForeign,
          );
          const naming = active.filter((job) => job.pvcs?.includes(pvc));
          // Which PVCs the others are about, only the snapshots say: one of them has to be kept.
          const longest =
            naming.length > 0
              ? Math.min(...naming.map(({ planned }) => planned.hours))
              : Math.max(...active.filter((job) => !job.pvcs).map(({ planned }) => planned.hours));
          expect(claim, 'a PVC that is there').toBeDefined();
          const good = facts.backups.filter(
            (one) =>
              one.namespace === namespace &&
              one.pvc === pvc &&
              one.isReady &&
              (one.pvcUid ?? claim?.uid) === claim?.uid &&
              now - one.createdAt <= longest * hourMs,
          );
          expect(good.length, 'ready backups of the PVC that are new enough').toBeGreaterThan(0);
        }
      }),
      { numRuns: isExhaustive ? 20_000 : 200, seed: 20261121 },
    );
    expect(protectedOnes).toBeGreaterThan(10);
  },
);

function isSame(
  one: { readonly namespace: string; readonly name: string },
  other: { readonly namespace: string; readonly name: string },
): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}
