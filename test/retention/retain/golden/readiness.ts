import { label } from '../../../../src/snapshots/labels.ts';
import { at, backUpAt, backUps, keep, type Story } from './story.ts';

/** Snapshots that are no backups, or not yet. */
export const readiness: readonly Story[] = [
  {
    title: 'A failed night is not a day',
    says: 'create took the labels off the snapshot that failed, so the seven days reach a night further back.',
    policy: keep(7, 0, 0),
    tell: (cluster) => {
      backUps(cluster, '2026-11-13 02:00', 4);
      backUpAt(cluster, '2026-11-17 02:00', 'failed');
      backUps(cluster, '2026-11-18 02:00', 3);
    },
  },
  {
    title: 'A killed night that may still become ready',
    says: 'Nobody knows yet: it keeps its labels for a day, but does not stand for them.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-19 02:00');
      backUpAt(cluster, '2026-11-20 02:00', 'killed');
      at(cluster, '2026-11-21 01:59');
    },
  },
  {
    title: 'A killed night after a day',
    says: 'Nobody knows what it is: it keeps its label and is reported, and stands for nothing; the night before is the newest.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-19 02:00');
      backUpAt(cluster, '2026-11-20 02:00', 'killed');
      at(cluster, '2026-11-21 02:00');
    },
  },
  {
    title: 'A retry after a killed try',
    says: 'The day was not taken, as the first try was not ready: both have its labels, and only the retry counts.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-20 02:00', 'killed');
      backUpAt(cluster, '2026-11-20 03:00');
    },
  },
  {
    title: 'A retry whose first try became ready later',
    says: 'Both are backups of the day then, and the retry is the newer.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      const first = backUpAt(cluster, '2026-11-20 02:00', 'killed');
      backUpAt(cluster, '2026-11-20 03:00');
      cluster.becomeReady(first);
    },
  },
  {
    title: 'A retry that was killed, of a first try that became ready',
    says: 'The newer one is not ready and stands for nothing: the first try keeps the day.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      const first = backUpAt(cluster, '2026-11-20 02:00', 'killed');
      backUpAt(cluster, '2026-11-20 03:00', 'killed');
      cluster.becomeReady(first);
    },
  },
  {
    title: 'A night that became ready after a day',
    says: 'It has kept its label, and counts as every other.',
    policy: keep(2, 1, 1),
    tell: (cluster) => {
      backUps(cluster, '2026-11-17 02:00', 2);
      const late = backUpAt(cluster, '2026-11-19 02:00', 'killed');
      at(cluster, '2026-11-20 02:00');
      cluster.apply(cluster.plan(keep(2, 1, 1)));
      cluster.becomeReady(late);
    },
  },
  {
    title: 'None is ready',
    says: 'They may all be good ones whose contents are bound amiss: nothing is decided on them.',
    policy: keep(7, 4, 12),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-18 02:00', 'killed');
      backUpAt(cluster, '2026-11-19 02:00', 'killed');
      at(cluster, '2026-11-20 06:00');
    },
  },
  {
    title: 'One that is being deleted',
    says: 'It waits for its finalizers and is not there any more: the night before is the newest.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-19 02:00');
      cluster.terminate(backUpAt(cluster, '2026-11-20 02:00'));
    },
  },
  {
    title: 'Held before it is ready',
    says: 'What a user holds keeps its labels, ready or not; standing for a day is another matter.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-17 02:00');
      cluster.label(backUpAt(cluster, '2026-11-18 02:00', 'killed'), { [label.hold]: 'true' });
      at(cluster, '2026-11-20 06:00');
    },
  },
];
