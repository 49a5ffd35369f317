import { spawn } from 'node:child_process';
import { UserError } from '../core/errors.ts';

export type FlockProgram = (mode: 'try' | 'wait', fd: number, signal: AbortSignal) => Promise<boolean>;

/** The descriptor's number in the child. */
const childFd = 3;

/**
 * Runs flock(1) on a descriptor of ours; Node has no flock(2). The lock belongs to the open file description, which
 * the child only borrows: it stays ours when the child exits, and ends when we close it or die, however we die.
 * A child that outlives us while it waits holds nothing, and exits as soon as it gets the lock, which frees it.
 *
 * Resolves to false when another holds the lock and the mode is 'try'. When aborted, resolves or rejects only once the
 * child is gone, so that closing the descriptor then surely gives the lock up.
 */
export const runFlock: FlockProgram = (mode, fd, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const options = mode === 'try' ? ['-n'] : [];
  const child = spawn('flock', [...options, String(childFd)], { stdio: ['ignore', 'ignore', 'pipe', fd] });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.once('error', (cause) => reject(cannotStart(cause)));
  child.once('close', (code) => {
    if (code === 0) resolve(true);
    else if (signal.aborted) reject(signal.reason);
    else if (code === 1 && mode === 'try' && complaint === '') resolve(false);
    else reject(new UserError('lock', `flock failed (exit code ${code}): ${complaint.trim()}`));
  });
  return promise.finally(() => signal.removeEventListener('abort', kill));
};

function cannotStart(cause: Error): UserError {
  const isMissing = 'code' in cause && cause.code === 'ENOENT';
  return isMissing
    ? new UserError(
        'preflight',
        `There is no 'flock' program in PATH, with which these node slots are locked; install util-linux, or give all backups of the node another ⟪flockDirectory⟫ with ⟪flockMethod⟫=lockfile`,
        { cause },
      )
    : new UserError('lock', `Cannot start 'flock' for a node slot: ${cause.message}`, { cause });
}

/** Whether there is such a program at all; what it says does not matter. */
export function hasFlockProgram(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn('flock', ['--version'], { stdio: 'ignore' });
  child.once('error', () => resolve(false));
  child.once('close', () => resolve(true));
  return promise;
}
