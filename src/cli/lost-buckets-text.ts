import type { LostBucket } from '../retention/delete/lost-buckets.ts';
import { quoted, shown } from '../core/quoted.ts';
import { label } from '../snapshots/labels.ts';

interface Loser {
  readonly namespace: string;
  readonly pvc: string;
  readonly lost: readonly LostBucket[];
}

/** A sentence for each bucket that loses its only backup, with what can be done about it. */
export function lostBucketsText(losers: readonly Loser[], verb: 'loses' | 'has lost'): string[] {
  return losers.flatMap(({ namespace, pvc, lost }) =>
    lost.map(({ tier, bucket, neighbour }) => {
      const what = `PVC ${quoted(pvc)} ${verb} its only backup for ${tier} ${shown(bucket)}`;
      if (neighbour === undefined) return `${what}, and no other of that time is left.`;
      return `${what}; give its place to a neighbour with: kubectl -n ${namespace} label volumesnapshot ${neighbour} ${label[tier]}=${shown(bucket)}`;
    }),
  );
}
