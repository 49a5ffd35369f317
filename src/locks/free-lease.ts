import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import { retryOnConflict } from '../kube/retry-on-conflict.ts';
import { freshDeadline } from '../kube/deadline.ts';
import { retryThroughOutage } from '../kube/retry-through-outage.ts';
import { leases } from '../kube/resources.ts';
import { durationOf, holderOf, leaseName, microTime, type Lease } from './lease.ts';
import type { Claimant } from './take-lease.ts';

const limitMilliseconds = 20_000;

/**
 * Gives the lease up if it is ours, with the note that is on it. It has a deadline of its own and never rejects: a lease
 * that cannot be given up is free when its duration is over.
 */
export async function freeLease(
  { namespace, identity }: Claimant,
  { kube, clock, log, random }: Pick<Context, 'kube' | 'clock' | 'log' | 'random'>,
): Promise<void> {
  const key = { namespace, name: leaseName };
  const what = `The Lease '${leaseName}' in namespace '${namespace}' was not released`;
  using deadline = freshDeadline(clock, limitMilliseconds, what);
  const { signal } = deadline;
  let seconds = 0;
  try {
    const free = async (): Promise<void> => {
      const lease = await kube.find<Lease>(leases, key, { signal });
      if (!lease || holderOf(lease) !== identity) return;
      seconds = durationOf(lease) / 1000;
      const { resourceVersion } = lease.metadata;
      // Without a holder rather than with an empty one, as client-go releases it.
      const spec = { holderIdentity: null, renewTime: microTime(clock.now()) };
      await kube.patch(leases, key, { metadata: { resourceVersion }, spec }, { signal });
    };
    await retryThroughOutage(limitMilliseconds, { clock, random, signal }, () => retryOnConflict(free));
  } catch (error) {
    log.warn(
      { namespace, lease: leaseName, seconds, error: messageOf(error) },
      'the lease of the namespace could not be released, it ends by itself',
    );
  }
}
