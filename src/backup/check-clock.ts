import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import { problem, type Finding } from '../core/finding.ts';
import { clockProblem, compareClocks } from '../kube/right-clock.ts';

/**
 * A backup that is dated by a wrong clock stands for another day's bucket, or for none and is then deleted as superfluous.
 * A clock that cannot be compared costs a warning: nothing is deleted here.
 */
export async function checkClock(context: Context): Promise<Finding<undefined>> {
  try {
    const words = clockProblem(await compareClocks(context));
    return words === undefined ? { found: undefined } : problem(words);
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.warn({ reason: messageOf(error) }, "the clock could not be compared with the API server's");
    return { found: undefined };
  }
}
