import { createHash } from 'node:crypto';
import type { RetentionDecision } from './plan.ts';

/** Names a set of changes: the same for the same labels of the same snapshots, whatever else has happened to them. */
export function planHash(changes: readonly RetentionDecision[]): string {
  const hash = createHash('sha256');
  for (const { snapshot, tiers } of changes) {
    const { namespace, name, uid } = snapshot;
    const taken = tiers.filter(({ keep }) => !keep).map(({ tier, bucket }) => [tier, bucket]);
    hash.update(`${JSON.stringify([namespace, name, uid, taken])}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
