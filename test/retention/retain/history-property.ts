import * as fc from 'fast-check';
import { history, policy } from './history-arbitraries.ts';
import { play } from './history-events.ts';
import type { Cluster } from './history.ts';
import type { RetentionPolicy } from '../../../src/snapshots/tiers.ts';
import { isExhaustive } from '../../support/exhaustive.ts';

/** Of each property; all of them together see more than 20,000 histories in the exhaustive run. */
const numRuns = isExhaustive ? 1_450 : 150;

/** Milliseconds that a property may take on a busy machine. */
export const timeout = 60_000;

/** Checks clusters of any past under any policy, and with whatever else the check wants to vary. */
export function expectOfEveryHistory<T = undefined>(
  check: (cluster: Cluster, policy: RetentionPolicy, more: T) => void,
  more: fc.Arbitrary<T> = fc.constant(undefined as T),
): void {
  fc.assert(
    fc.property(history, policy, more, (history, policy, more) => check(play(history), policy, more)),
    { numRuns },
  );
}

/** The cluster after a whole run. */
export function applied(cluster: Cluster, policy: RetentionPolicy): Cluster {
  const copy = cluster.copy();
  copy.apply(copy.plan(policy));
  return copy;
}
