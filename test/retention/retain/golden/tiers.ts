import { tiers } from '../../../../src/snapshots/tiers.ts';
import { backUps, backUpAt, keep, retainAndSweep, type Story } from './story.ts';

/** Hours, years, and every backup by itself. */
export const otherTiers: readonly Story[] = [
  {
    title: 'A day of hours',
    says: 'Every six hours; three hours and two days are kept.',
    policy: keep(2, 0, 0, { hourly: 3 }),
    tiers: ['hourly', 'daily'],
    tell: (cluster) => void backUps(cluster, '2026-11-19 00:00', 7, { everyHours: 6 }),
  },
  {
    title: 'Two backups of one hour',
    says: 'The first has the hour; the second has only itself.',
    policy: keep(1, 0, 0, { hourly: 1, last: 1 }),
    tiers: ['last', 'hourly', 'daily'],
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-20 02:10');
      backUpAt(cluster, '2026-11-20 02:50');
    },
  },
  {
    title: 'The hours of the night the clocks go back',
    says: 'Half past two comes twice in Vienna, and is two hours of UTC.',
    policy: keep(1, 0, 0, { hourly: 3 }),
    tiers: ['hourly', 'daily'],
    timeZone: 'Europe/Vienna',
    tell: (cluster) => void backUps(cluster, '2026-10-24 23:30', 4, { everyHours: 1 }),
  },
  {
    title: 'Keep last',
    says: 'The newest three stay, whatever day they are of; the day goes with the first of them.',
    policy: keep(1, 0, 0, { last: 3 }),
    tiers: ['last', 'daily'],
    tell: (cluster) => {
      backUps(cluster, '2026-11-19 22:00', 2, { everyHours: 3 });
      backUps(cluster, '2026-11-20 10:00', 3, { everyHours: 1 });
    },
  },
  {
    title: 'Keep last where no backup is labelled with it',
    says: 'The tier is wanted and no snapshot has its label: it is of no effect, and days are kept as ever.',
    policy: keep(1, 0, 0, { last: 5 }),
    tell: (cluster) => void backUps(cluster, '2026-11-17 02:00', 3),
  },
  {
    title: 'Labels of tiers that the policy does not want',
    says: 'Hours and years are off unless they are asked for.',
    policy: keep(7, 4, 12),
    tiers,
    tell: (cluster) => void backUps(cluster, '2026-11-19 02:00', 2),
  },
  {
    title: 'Five years',
    says: 'A backup every ninety days, with two years kept.',
    policy: keep(0, 0, 2, { yearly: 2 }),
    tiers: ['monthly', 'yearly'],
    tell: (cluster) => {
      const policy = keep(0, 0, 2, { yearly: 2 });
      backUps(cluster, '2022-01-01 02:00', 18, {
        everyDays: 90,
        after: () => retainAndSweep(cluster, policy),
      });
      backUpAt(cluster, '2026-11-20 02:00');
    },
  },
  {
    title: 'The floor keeps the longest of six',
    says: 'A policy of zeros is refused by the settings; the plan leaves the year.',
    policy: keep(0, 0, 0),
    tiers,
    tell: (cluster) => void backUpAt(cluster, '2026-11-20 02:00'),
  },
];
