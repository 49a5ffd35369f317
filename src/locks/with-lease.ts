import type { Context } from '../context.ts';
import { acquireNamespaceLease } from './namespace-lease.ts';

export interface LeaseOptions {
  /** How long another holder is waited for; 0 does not wait. */
  readonly leaseWaitMilliseconds: number;
}

/**
 * Does the work while no backup of the namespace runs; the work's signal is aborted when that cannot be said any more.
 * Throws UserError 'lock' when one does.
 */
export async function withLease<T>(
  namespace: string,
  { leaseWaitMilliseconds: timeoutMilliseconds }: LeaseOptions,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const options = { namespace, holder: 'a command by hand', timeoutMilliseconds };
  await using lease = await acquireNamespaceLease(options, context);
  return await work({ ...context, signal: AbortSignal.any([context.signal, lease.lost]) });
}
