import { label } from '../../../../src/snapshots/labels.ts';
import { at, backUpAt, backUps, data, keep, type Story } from './story.ts';

/** Which snapshots belong together, and which do not belong to the plan. */
export const volumes: readonly Story[] = [
  {
    title: 'Two volumes of one namespace',
    says: 'Each has days of its own: the one that stopped early keeps its older days.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      backUps(cluster, '2026-11-10 02:00', 3, { volume: { namespace: 'shop', pvc: 'logs' } });
      backUps(cluster, '2026-11-18 02:00', 3);
    },
  },
  {
    title: 'The same volume name in two namespaces',
    says: 'They are two volumes.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      for (const day of [19, 20]) {
        backUpAt(cluster, `2026-11-${day} 02:00`);
        backUpAt(cluster, `2026-11-${day} 02:05`, 'ready', { namespace: 'bank', pvc: 'data' });
      }
    },
  },
  {
    title: 'A long PVC name',
    says: 'The label has the beginning of it and a digest, and names that differ only at their ends are two volumes.',
    policy: keep(1, 0, 0),
    tell: (cluster) => {
      const stem = 'data-of-the-database-of-the-shop-that-sells-shoes-and-socks-to';
      for (const end of ['-man', '-woman']) {
        const volume = { namespace: 'shop', pvc: `${stem}${end}` };
        backUps(cluster, '2026-11-19 02:00', 2, { volume });
      }
    },
  },
  {
    title: 'A snapshot whose PVC label was taken away',
    says: 'It still says which PVC it is of, and is decided on with the others.',
    policy: keep(2, 0, 0),
    tell: (cluster) => {
      const [first = ''] = backUps(cluster, '2026-11-18 02:00', 3);
      cluster.label(first, { [label.pvc]: undefined });
    },
  },
  {
    title: 'Kept by days',
    says: 'Snapshots with a day of their own to go are not the business of tiers, and stand for none.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-19 02:00');
      at(cluster, '2026-11-20 02:00');
      cluster.backUp(data, 'ready', 30);
    },
  },
  {
    title: 'Snapshots of others',
    says: 'What is not labelled as ours is never touched, and stands for nothing.',
    policy: keep(1, 1, 1),
    tell: (cluster) => {
      backUpAt(cluster, '2026-11-19 02:00');
      at(cluster, '2026-11-20 02:00');
      cluster.put(data, {}, true);
      cluster.put(data, { [label.pvc]: 'data', [label.daily]: '2026-11-20' }, true);
      cluster.put(data, { [label.pvc]: 'data', [label.retain]: 'forever' }, true);
    },
  },
];
