import { label } from '../../../../src/snapshots/labels.ts';
import { at, backUpAt, backUps, keep, labelled, type Story } from './story.ts';

/** Years, leap days, clocks, zones. */
export const calendar: readonly Story[] = [
  {
    title: 'Week 53',
    says: 'The first three days of 2027 are in week 53 of 2026: one week, two months. On the fourth week 1 begins.',
    policy: keep(3, 2, 2),
    tell: (cluster) => void backUps(cluster, '2026-12-27 02:00', 9),
  },
  {
    title: 'A December day of week one',
    says: 'From 30 December 2024 on it is week 1 of 2025, which is newer than week 52 of 2024.',
    policy: keep(0, 1, 0),
    tell: (cluster) => void backUps(cluster, '2024-12-28 02:00', 4),
  },
  {
    title: 'The turn of the year',
    says: 'December 2026 and January 2027 are two months, in that order.',
    policy: keep(2, 0, 1),
    tell: (cluster) => void backUps(cluster, '2026-12-30 02:00', 3),
  },
  {
    title: 'A leap day',
    says: '29 February is a day like others.',
    policy: keep(2, 0, 2),
    tell: (cluster) => void backUps(cluster, '2028-02-28 02:00', 3),
  },
  {
    title: 'The night the clocks go back',
    says: 'It is half past two twice; both backups are of one day, which the first has taken.',
    policy: keep(2, 1, 1),
    timeZone: 'Europe/Vienna',
    tell: (cluster) => {
      backUpAt(cluster, '2026-10-24 00:30');
      backUpAt(cluster, '2026-10-25 00:30');
      backUpAt(cluster, '2026-10-25 01:30');
      backUpAt(cluster, '2026-10-26 01:30');
    },
  },
  {
    title: 'The night the clocks go forward',
    says: 'There is no half past two on that night, and still it is a day.',
    policy: keep(3, 1, 1),
    timeZone: 'Europe/Vienna',
    tell: (cluster) => {
      for (const day of [27, 28, 29, 30]) backUpAt(cluster, `2026-03-${day} 01:30`);
    },
  },
  {
    title: 'A day that Samoa never had',
    says: '30 December 2011 was left out there; the three days around it are three.',
    policy: keep(3, 1, 1),
    timeZone: 'Pacific/Apia',
    tell: (cluster) => void backUps(cluster, '2011-12-28 22:00', 4),
  },
  {
    title: 'Before midnight in UTC',
    says: 'In Vienna the night before has ended by then: its month is the next.',
    policy: keep(1, 1, 2),
    timeZone: 'Europe/Vienna',
    tell: (cluster) => void backUps(cluster, '2026-11-29 23:30', 2),
  },
  {
    title: 'Before midnight, with UTC as the zone',
    says: 'The same two backups: both are of November.',
    policy: keep(1, 1, 2),
    tell: (cluster) => void backUps(cluster, '2026-11-29 23:30', 2),
  },
  {
    title: 'A yearless week is of the year it was made in',
    says: 'Older tools wrote `w47` without a year.',
    policy: keep(0, 2, 0),
    tell: (cluster) => {
      labelled(cluster, '2026-11-09 02:00', { weekly: 'w46' });
      labelled(cluster, '2026-11-16 02:00', { weekly: 'w47' });
    },
  },
  {
    title: "A yearless week of last year is not this year's",
    says: 'Both say `w47`, and they are a year apart: neither stands for the other.',
    policy: keep(0, 4, 0),
    tell: (cluster) => {
      labelled(cluster, '2025-11-17 02:00', { weekly: 'w47' });
      labelled(cluster, '2026-11-16 02:00', { weekly: 'w47' });
    },
  },
  {
    title: 'A week with and without its year',
    says: 'They are the same week, of which the newer one stays.',
    policy: keep(0, 4, 0),
    tell: (cluster) => {
      labelled(cluster, '2026-11-16 02:00', { weekly: 'w47' });
      labelled(cluster, '2026-11-17 02:00', { weekly: '2026-w47' });
      labelled(cluster, '2026-11-18 02:00', { monthly: '2026-11' });
    },
  },
  {
    title: 'A yearless week 53 of January',
    says: 'Made on 2 January 2027, in week 53 of 2026: that is the year it gets.',
    policy: keep(0, 1, 0),
    tell: (cluster) => {
      const key = labelled(cluster, '2027-01-02 02:00', { weekly: 'w53' });
      cluster.label(key, { [label.daily]: '2027-01-02' });
      labelled(cluster, '2027-01-03 02:00', { monthly: '2027-01' });
      at(cluster, '2027-01-03 06:00');
    },
  },
];
