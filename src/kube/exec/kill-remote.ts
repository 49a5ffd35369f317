import type { Clock } from '../../core/system.ts';
import { messageOf } from '../../core/errors.ts';
import { freshDeadline } from '../deadline.ts';
import { KubeError } from '../error.ts';
import type { ExecOptions } from '../kube.ts';
import { killTree } from './kill.ts';
import type { RemoteProcess } from './remote-process.ts';

/** How long the whole killing may take. */
const killWithinMs = 10_000;
/** How long an exec that ended early is given to tell which process it started. */
export const announceWithinMs = 5000;

/** Runs a command in the same container and returns its stdout. */
export type RunBeside = (command: string[], signal: AbortSignal) => Promise<string>;

/**
 * Kills what an exec started that ended early because of `cause`, on a deadline of its own.
 * Throws KubeError `ExecNotKilled` when something may be left.
 */
export async function killRemote(
  clock: Clock,
  options: ExecOptions,
  announced: Promise<RemoteProcess | undefined>,
  run: RunBeside,
  cause: unknown,
): Promise<void> {
  const process = await announcedInTime(clock, announced);
  if (process === undefined) return; // No shell, so no command; or the connection was lost before the first line.
  if (process === 'silent') throw notKilled(options, 'what it started', 'its number is not known', cause);
  using deadline = freshDeadline(clock, killWithinMs, 'processes left');
  const { signal } = deadline;
  try {
    await killTree(process, (command) => run(command, signal), clock, signal);
  } catch (error) {
    if (!isContainerGone(error)) throw notKilled(options, `process ${process.pid}`, messageOf(error), cause);
  }
}

async function announcedInTime(clock: Clock, announced: Promise<RemoteProcess | undefined>) {
  const done = new AbortController();
  const silence = async (): Promise<'silent'> => {
    await clock.sleep(announceWithinMs, done.signal).catch(() => {});
    return 'silent';
  };
  try {
    return await Promise.race([announced, silence()]);
  } finally {
    done.abort();
  }
}

/** A container that has ended took its processes with it. */
function isContainerGone(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return error.status === 404 || /container not found|not running/i.test(error.message);
}

function notKilled(options: ExecOptions, what: string, why: string, cause: unknown): KubeError {
  const { namespace, pod, container } = options;
  const message = `${messageOf(cause)}; and ${what} in ${namespace}/${pod} (${container}) may still run, it could not be killed: ${why}`;
  return new KubeError(message, { status: 0, reason: 'ExecNotKilled', retryable: false }, { cause });
}
