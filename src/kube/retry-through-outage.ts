import type { Clock, Random } from '../core/system.ts';
import { KubeError } from './error.ts';
import { withRetries } from './retry.ts';

/**
 * Does what must be done even if the API server is away for a while: tries again for up to `milliseconds`. One that has
 * just begun does not know all Roles yet, and answers 403 to what it allows a second later.
 */
export function retryThroughOutage<T>(
  milliseconds: number,
  { clock, random, signal }: { clock: Clock; random: Random; signal: AbortSignal },
  act: () => Promise<T>,
): Promise<T> {
  const limits = { attempts: Number.POSITIVE_INFINITY, totalMs: milliseconds, baseMs: 500, capMs: 4000 };
  return withRetries({ clock, random, limits, signal }, mayPass, act);
}

function mayPass(error: KubeError): boolean {
  return error.retryable || error.status === 403;
}
