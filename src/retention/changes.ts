import { createHash } from 'node:crypto';
import type { ManagedSnapshot } from '../snapshots/managed.ts';
import type { RetentionDecision } from './plan.ts';
import type { Tier } from '../tiers.ts';

/** What one request does to one snapshot: however many labels go, it is one. */
export interface LabelChange {
  readonly snapshot: ManagedSnapshot;
  readonly taken: readonly { readonly tier: Tier; readonly bucket: string; readonly reason: string }[];
}

/** The part of a plan that is work to do. */
export function changesOf(plan: readonly RetentionDecision[]): LabelChange[] {
  return plan
    .map(({ snapshot, tiers }) => ({ snapshot, taken: tiers.filter(({ keep }) => !keep) }))
    .filter(({ taken }) => taken.length > 0);
}

/** Names a set of changes: the same for the same labels of the same snapshots, whatever else has happened to them. */
export function planHash(changes: readonly LabelChange[]): string {
  const lines = changes.map(({ snapshot, taken }) => {
    const { namespace, name, uid } = snapshot;
    return JSON.stringify([namespace, name, uid, taken.map(({ tier, bucket }) => [tier, bucket])]);
  });
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex').slice(0, 16);
}
