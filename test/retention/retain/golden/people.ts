import { label } from '../../../../src/snapshots/labels.ts';
import { at, backUpAt, backUps, keep, labelled, type Story } from './story.ts';

/** What people write on snapshots. */
export const people: readonly Story[] = [
  {
    title: 'A held one',
    says: 'Its days are over, and a user wants it kept.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      const [first = ''] = backUps(cluster, '2026-11-17 02:00', 4);
      cluster.label(first, { [label.hold]: 'true' });
    },
  },
  {
    title: 'A held one stands for its buckets',
    says: 'It is a backup like others: it takes one of the two days.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-18 02:00', 3);
      cluster.label(nights[2] ?? '', { [label.hold]: 'true' });
    },
  },
  {
    title: 'A hold that says no in other words',
    says: 'Only an explicit `false` lets it go: whoever sets such a label wants something kept.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      const [first = ''] = backUps(cluster, '2026-11-18 02:00', 3);
      cluster.label(first, { [label.hold]: 'no' });
    },
  },
  {
    title: 'A marked one does not stand',
    says: 'It is to be deleted and takes no place: the two days are the two before it.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-17 02:00', 4);
      cluster.label(nights[3] ?? '', { [label.deleteAfter]: '2026-11-27' });
    },
  },
  {
    title: 'A mark that is not a date',
    says: 'Someone wants it gone, though not clearly when: it is left to the sweep, which reports it.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-18 02:00', 3);
      cluster.label(nights[1] ?? '', { [label.deleteAfter]: 'next-week' });
    },
  },
  {
    title: 'A mistyped day',
    says: 'It is left as it is, keeps its place in the month, and takes no day of others.',
    policy: keep(2, 0, 1),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-17 02:00', 4);
      cluster.label(nights[0] ?? '', { [label.daily]: 'zuesday' });
      cluster.label(nights[2] ?? '', { [label.daily]: '2026-11-99' });
    },
  },
  {
    title: 'Mistyped weeks and months',
    says: 'None of them is counted, and none is taken.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      labelled(cluster, '2026-10-01 02:00', { weekly: '2026-w40', monthly: '2026-10' });
      labelled(cluster, '2026-11-17 02:00', { weekly: '2026-W47', monthly: '2026-13' });
      labelled(cluster, '2026-11-18 02:00', { weekly: '2026-w54', monthly: 'november' });
      labelled(cluster, '2026-11-19 02:00', { weekly: '', monthly: '2026-1' });
    },
  },
  {
    title: 'A day of the future',
    says: 'It would stand before all others for years; it is left as it is until that day comes.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-17 02:00', 4);
      cluster.label(nights[0] ?? '', { [label.daily]: '2062-11-17' });
    },
  },
  {
    title: 'A day of the future that has come',
    says: 'Now it is a day like others, of which the newer backup stays.',
    policy: keep(3, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-17 02:00', 4);
      cluster.label(nights[1] ?? '', { [label.daily]: '2026-11-20' });
    },
  },
  {
    title: 'A mistyped label is not a floor',
    says: 'The newest keeps a label that counts, and not only one that a person has to mend.',
    policy: keep(7, 0, 0),
    tell: (cluster) =>
      void labelled(cluster, '2026-11-20 02:00', {
        daily: 'yesterday',
        weekly: '2026-w47',
        monthly: '2026-11',
      }),
  },
  {
    title: 'A backup with nothing but a mistyped label',
    says: 'It is left alone, and the floor is the newest backup whose label counts.',
    policy: keep(0, 0, 1),
    tell: (cluster) => {
      labelled(cluster, '2026-11-19 02:00', { daily: '2026-11-19' });
      labelled(cluster, '2026-11-20 02:00', { monthly: 'nov' });
    },
  },
  {
    title: 'A label moved to another day by hand',
    says: 'The day of the label counts, not the day it was made: it is older than the backup of that day.',
    policy: keep(7, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-18 02:00', 3);
      cluster.label(nights[0] ?? '', { [label.daily]: '2026-11-19' });
    },
  },
  {
    title: 'Held and marked',
    says: 'The hold is what counts, and no label goes.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      const key = backUpAt(cluster, '2026-11-18 02:00');
      cluster.label(key, { [label.hold]: 'true', [label.deleteAfter]: '2026-11-19' });
      backUpAt(cluster, '2026-11-20 02:00');
      at(cluster, '2026-11-20 06:00');
    },
  },
];
