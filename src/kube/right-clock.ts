import type { Clock } from '../core/system.ts';
import type { Abortable, Kube } from './kube.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { hasStatus } from './error.ts';

/** How far our clock and that of the API server may be apart, in milliseconds. */
export const clockTolerance = 5 * 60_000;

/** Ours, and the way to that of the API server. */
interface Clocks extends Abortable {
  readonly kube: Pick<Kube, 'serverTime'>;
  readonly clock: Clock;
}

/** Our clock before and after the API server was asked, and what that said, which is cut to a second. */
export interface Comparison {
  readonly before: Date;
  readonly server: Date;
  readonly after: Date;
}

/** By how many milliseconds our clock is at least ahead of the API server's; below 0, behind it. */
export function millisecondsAhead({ before, server, after }: Comparison): number {
  if (before.getTime() > server.getTime() + 1000) return before.getTime() - server.getTime() - 1000;
  return Math.min(0, after.getTime() - server.getTime());
}

/** Why no date that our clock says can be trusted; undefined when it can. */
export function clockProblem(comparison: Comparison): string | undefined {
  const ahead = millisecondsAhead(comparison);
  if (Math.abs(ahead) <= clockTolerance) return undefined;
  const way = ahead > 0 ? 'ahead of' : 'behind';
  return `The clock here says ${comparison.after.toISOString()}, which is far ${way} the API server's ${comparison.server.toISOString()}, so no date can be trusted; set the clock of the machine, or run it on another`;
}

/** Asks the API server for the time. Rejects with a KubeError when it does not tell. */
export async function compareClocks({ kube, clock, signal }: Clocks): Promise<Comparison> {
  const before = clock.now();
  const server = await kube.serverTime({ signal });
  return { before, server, after: clock.now() };
}

/**
 * What is dated, taken off and deleted by the calendar needs a clock that is right, and one that cannot be compared is not
 * taken for right. Throws UserError 'preflight'.
 */
export async function requireRightClock(clocks: Clocks): Promise<void> {
  const problem = clockProblem(await compareClocks(clocks).catch(rethrown));
  if (problem !== undefined) throw new UserError('preflight', `${problem}; nothing was changed`);
}

function rethrown(error: unknown): never {
  if (!hasStatus(error, 200) && !hasStatus(error, 403)) throw error;
  throw new UserError(
    'preflight',
    `The clock cannot be compared with the API server's (${messageOf(error)}), so nothing was changed; allow the service account to get /version, and see which proxy takes the header Date away`,
    { cause: error },
  );
}
