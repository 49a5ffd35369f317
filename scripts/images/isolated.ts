import { UserError } from '../../src/core/errors.ts';
import { run, type RunOptions } from '../run.ts';

/**
 * unshare ignores SIGTERM, so a shell stands before it: when the shell ends, by whatever cause,
 * the kernel kills unshare, and with it everything in the PID namespace.
 */
const script =
  'setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc -- "$@" & wait "$!"';

/**
 * Runs a program in mount and PID namespaces of its own: no mount and no process of it is left
 * when it ends, is aborted, or when this process is killed. Needs root.
 */
export async function runIsolated(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  if (process.getuid?.() !== 0) {
    throw new UserError(
      'preflight',
      'Building images without Docker needs root; run this as root, or start Docker',
    );
  }
  return run('setpriv', ['--pdeathsig', 'KILL', 'sh', '-ceu', script, 'sh', program, ...args], options);
}
