import { label } from '../../../../src/snapshots/labels.ts';
import { backUpAt, backUps, data, keep, labelled, retainAndSweep, at, type Story } from './story.ts';

/** Nights as they come, and as they do not. */
export const days: readonly Story[] = [
  {
    title: 'The first backup',
    says: 'It is the first of its day, its week and its month, and keeps all three labels.',
    policy: keep(7, 4, 12),
    tell: (cluster) => void cluster.backUp(data),
  },
  {
    title: 'Seven nights, all kept',
    says: 'As many days as the policy has; the first of the week and of the month carry more than their day.',
    policy: keep(7, 4, 12),
    tell: (cluster) => void backUps(cluster, '2026-11-14 02:00', 7),
  },
  {
    title: 'The eighth day loses its daily label',
    says: 'Nine nights, of which two are too many: the first still has its week and its month, the second has nothing left.',
    policy: keep(7, 4, 12),
    tell: (cluster) => void backUps(cluster, '2026-11-17 02:00', 9),
  },
  {
    title: 'The first of a week keeps its week',
    says: 'The first night goes out of its days, and stays as the first of its week.',
    policy: keep(3, 2, 0),
    tell: (cluster) => void backUps(cluster, '2026-11-16 02:00', 4),
  },
  {
    title: 'The first of a month keeps its month',
    says: 'Three months of nights, each followed by retain and a sweep: this is all that is left of ninety.',
    policy: keep(3, 2, 2),
    tell: (cluster) => {
      const after = () => retainAndSweep(cluster, keep(3, 2, 2));
      backUps(cluster, '2026-08-23 02:00', 90, { after });
    },
  },
  {
    title: 'The night after ninety nights',
    says: 'The new day, made on the first of a month, moves each window by one.',
    policy: keep(3, 2, 2),
    tell: (cluster) => {
      const after = () => retainAndSweep(cluster, keep(3, 2, 2));
      backUps(cluster, '2026-09-02 02:00', 90, { after });
      backUpAt(cluster, '2026-12-01 02:00');
    },
  },
  {
    title: 'Two backups of one day',
    says: 'The second finds the day taken and gets no label; the first keeps standing for it.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-20 02:00');
      backUpAt(cluster, '2026-11-20 14:00');
    },
  },
  {
    title: 'Two that are both labelled with one day',
    says: 'The newer one stands for the day, whoever labelled it.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-20 02:00');
      labelled(cluster, '2026-11-20 14:00', { daily: '2026-11-20' });
    },
  },
  {
    title: 'Two of the same second',
    says: 'The one whose name sorts last counts as the newer, so that every run decides alike.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      const first = backUpAt(cluster, '2026-11-20 02:00');
      const second = backUpAt(cluster, '2026-11-20 02:00');
      for (const key of [first, second]) cluster.label(key, { [label.daily]: '2026-11-20' });
    },
  },
  {
    title: 'Days with gaps',
    says: 'Days that have a backup are counted, not days of the calendar: a backup each third night reaches back far.',
    policy: keep(4, 0, 0),
    tell: (cluster) => void backUps(cluster, '2026-11-05 02:00', 6, { everyDays: 3 }),
  },
  {
    title: 'Months with gaps',
    says: 'Of a volume that is backed up every other month, three months reach back to May.',
    policy: keep(1, 1, 3),
    tell: (cluster) => void backUps(cluster, '2026-01-15 02:00', 5, { everyDays: 61 }),
  },
  {
    title: 'Backups that stopped',
    says: 'Nobody made a backup for half a year: the old ones are the newest there are, and none goes.',
    policy: keep(3, 1, 1),
    tell: (cluster) => {
      backUps(cluster, '2026-05-04 02:00', 3);
      at(cluster, '2026-11-20 06:00');
    },
  },
];
