import { label } from '../../../../src/snapshots/labels.ts';
import { at, backUpAt, backUps, keep, labelled, type Story } from './story.ts';

/** What the policy is, was and becomes, and the floor beneath it. */
export const policies: readonly Story[] = [
  {
    title: 'A policy of daily zero keeps the newest',
    says: 'Nothing counts days, and yet the newest backup is not given up.',
    policy: keep(0, 1, 1),
    tell: (cluster) => void backUps(cluster, '2026-11-16 02:00', 4),
  },
  {
    title: 'Months only',
    says: 'The newest has a day and nothing else; it goes when the next night has come.',
    policy: keep(0, 0, 12),
    tell: (cluster) => void backUps(cluster, '2026-10-30 02:00', 5),
  },
  {
    title: 'A policy of all zeros',
    says: 'Settings refuse it; the plan would still leave the newest the label of its longest tier.',
    policy: keep(0, 0, 0),
    tell: (cluster) => void backUps(cluster, '2026-11-01 02:00', 2, { everyDays: 30 }),
  },
  {
    title: 'A verified backup outlives its tiers',
    says: 'A drill has restored it, so it is known to be good: it keeps its last label.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-16 02:00', 5);
      cluster.label(nights[1] ?? '', { [label.verified]: '2026-11-17' });
    },
  },
  {
    title: 'Only the newest verified backup is safe',
    says: 'A later drill restored a newer one: the older one goes as others do.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-16 02:00', 5);
      cluster.label(nights[1] ?? '', { [label.verified]: '2026-11-20' });
      cluster.label(nights[2] ?? '', { [label.verified]: '2026-11-18' });
    },
  },
  {
    title: 'The newest is verified',
    says: 'One floor is enough for both.',
    policy: keep(0, 0, 1),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-18 02:00', 3);
      cluster.label(nights[2] ?? '', { [label.verified]: '2026-11-20' });
    },
  },
  {
    title: 'A newest backup without labels leaves the floor to the one before',
    says: 'Else the volume would be left without a single label, and all of it would be swept.',
    policy: keep(0, 0, 1),
    tell: (cluster) => {
      labelled(cluster, '2026-11-20 02:00', { daily: '2026-11-20' });
      labelled(cluster, '2026-11-20 14:00', {});
    },
  },
  {
    title: 'A verified backup without labels leaves the floor to the one before',
    says: 'A user took its labels and gave it up; of those that have one, the newest verified is kept.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      const nights = backUps(cluster, '2026-11-17 02:00', 4);
      cluster.label(nights[1] ?? '', { [label.verified]: '2026-11-18' });
      cluster.label(nights[2] ?? '', { [label.verified]: '2026-11-19', [label.daily]: undefined });
    },
  },
  {
    title: 'A tightened policy',
    says: 'Seven days were kept until yesterday, three are from today on.',
    policy: keep(3, 1, 1),
    tell: (cluster) => {
      const after = () => cluster.apply(cluster.plan(keep(7, 4, 12)));
      backUps(cluster, '2026-11-13 02:00', 8, { after });
    },
  },
  {
    title: 'A widened policy cannot bring back',
    says: 'A label is only ever taken: two days are left of the time when the policy had two.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      const after = () => cluster.apply(cluster.plan(keep(2, 1, 1)));
      backUps(cluster, '2026-11-15 02:00', 5, { after });
      backUpAt(cluster, '2026-11-20 02:00');
    },
  },
  {
    title: 'A policy turned from months to days',
    says: 'What the months kept has no day to be kept by and goes, but for the newest.',
    policy: keep(7, 0, 0),
    tell: (cluster) => {
      const after = () => cluster.apply(cluster.plan(keep(0, 0, 3)));
      backUps(cluster, '2026-09-20 02:00', 3, { everyDays: 30, after });
    },
  },
  {
    title: 'After a run that crashed',
    says: 'Half of the plan was carried out; the rest is still to be done, and nothing else.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      backUps(cluster, '2026-11-16 02:00', 5);
      const changes = cluster.plan(keep(2, 0, 0)).filter(({ tiers }) => tiers.some(({ keep }) => !keep));
      cluster.apply(changes.slice(0, 2));
    },
  },
  {
    title: 'After a whole run',
    says: 'Every label that is left is kept.',
    policy: keep(2, 1, 1),
    tell: (cluster) => {
      backUps(cluster, '2026-11-16 02:00', 5);
      cluster.apply(cluster.plan(keep(2, 1, 1)));
      at(cluster, '2026-11-20 02:01');
    },
  },
];
