import * as fc from 'fast-check';
import { label } from '../../../src/snapshots/labels.ts';
import type { Event, History, RetainRun } from './history-events.ts';
import type { Fate, LabelChanges, Volume } from './history.ts';
import { ordinaryTiers, tiers, type RetentionPolicy } from '../../../src/snapshots/tiers.ts';

/** A namespace with two volumes, and a volume of the same name in another namespace. */
const volume = fc.constantFrom<Volume>(
  { namespace: 'shop', pvc: 'data' },
  { namespace: 'shop', pvc: 'data' },
  { namespace: 'shop', pvc: 'logs' },
  { namespace: 'bank', pvc: 'data' },
);

/** Few, so that their instants come again and can be remembered. */
const timeZone = fc.constantFrom(
  'UTC',
  'Europe/Vienna',
  'America/New_York',
  'Pacific/Apia',
  'Australia/Lord_Howe',
);

/** Late in the day of UTC, so that zones differ in the date. */
const start = fc.constantFrom(
  new Date('2026-12-27T22:30:00Z'), // week 53
  new Date('2024-12-27T11:30:00Z'), // a December day of week 1
  new Date('2028-02-26T22:30:00Z'), // a leap year
  new Date('2027-02-26T11:30:00Z'), // none
  new Date('2026-03-27T22:30:00Z'), // clocks go forward in Europe, back in Australia
  new Date('2026-10-23T22:30:00Z'), // and the other way around
  new Date('2026-03-07T01:30:00Z'), // the clocks of America
  new Date('2011-12-28T09:30:00Z'), // a day that Samoa never had
);

const count = fc.nat(4);
export const policy: fc.Arbitrary<RetentionPolicy> = fc.record({
  last: count,
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
});
export const order = fc.array(fc.nat(99), { minLength: 1, maxLength: 6 });
const percent = fc.oneof(fc.constant(100), fc.nat(99));
export const retainRun: fc.Arbitrary<RetainRun> = fc.record({ policy, order, percent });

/** What people write where a bucket belongs; none is a bucket of any tier. */
export const mistyped: readonly string[] = [
  'yesterday',
  '2026-1-5',
  '2026-13-01',
  '2026-13',
  '2026-w54',
  '2026-W01',
  '2026-01-05T24Z',
  '2026-01-05T12',
  '2026-01-05T126000Z',
  'w4',
  '',
];

/** Old weeks have no year. */
const tierValue = fc.constantFrom(...mistyped, 'w01', 'w09', 'w53', undefined, undefined);
const tierLabel: fc.Arbitrary<LabelChanges> = fc
  .tuple(fc.constantFrom(...tiers), tierValue)
  .map(([tier, value]) => ({ [label[tier]]: value }));
const otherLabel = fc.constantFrom<LabelChanges>(
  { [label.hold]: 'true' },
  { [label.hold]: 'no' },
  { [label.hold]: undefined },
  { [label.deleteAfter]: '2026-12-31' },
  { [label.deleteAfter]: 'some day' },
  { [label.deleteAfter]: undefined },
  { [label.verified]: '2026-12-31' },
  { [label.verified]: '2026-12-30' },
  { [label.verified]: undefined },
  { [label.pvc]: undefined },
  { [label.retain]: undefined },
);
const foreignLabels = fc.constantFrom<Record<string, string>>(
  {},
  { app: 'velero' },
  { [label.pvc]: 'data', [label.daily]: '2026-12-31' },
  { [label.pvc]: 'data', [label.monthly]: '2028-02', [label.retain]: 'forever' },
);

const fate = fc.constantFrom<Fate>('ready', 'ready', 'ready', 'ready', 'failed', 'killed');
/** Mostly as it comes, all of them, or any few. */
const labelledTiers = fc.oneof(
  fc.constant(ordinaryTiers),
  fc.constant(tiers),
  fc.subarray([...tiers], { minLength: 1 }),
);
const fates = fc.array(fate, { minLength: 1, maxLength: 9 });
const which = fc.nat(30);
const hours = fc.constantFrom(0, 1, 1, 12, 24, 24, 48, 168, 168, 744, 2208);
const inDays = fc.constantFrom(-400, -31, -7, -2, -1, 0, 1, 2, 30);
const happens = <T extends Event['does']>(does: T) => fc.constant(does);

const nights = fc.record({ does: happens('back up nightly'), volume, fates });
const wait = fc.record({ does: happens('wait'), hours });
const backup = fc.record({ does: happens('back up'), volume, fate });
const labels = fc.record({ does: happens('label'), which, labels: fc.oneof(tierLabel, otherLabel) });

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: nights },
  { weight: 4, arbitrary: wait },
  { weight: 4, arbitrary: backup },
  { weight: 4, arbitrary: labels },
  fc.record({ does: happens('back up'), volume, fate, days: fc.nat(30) }),
  fc.record({ does: happens('put a foreign one'), volume, labels: foreignLabels }),
  fc.record({ does: happens('become ready'), which }),
  fc.record({ does: happens('label with a bucket'), which, tier: fc.constantFrom(...tiers), inDays }),
  fc.record({ does: happens('delete'), which, isAtOnce: fc.boolean() }),
  { weight: 2, arbitrary: fc.record({ does: happens('retain'), run: retainRun }) },
);

export const history: fc.Arbitrary<History> = fc.record({
  timeZone,
  start,
  tiers: labelledTiers,
  events: fc.array(event, { minLength: 1, maxLength: 20, size: 'max' }),
});
