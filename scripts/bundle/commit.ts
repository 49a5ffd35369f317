import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/**
 * The commit that the sources of this folder are of, with `-dirty` behind it where they differ from it. Undefined where the
 * folder is no repository of its own, such as an unpacked archive, or where there is no git.
 */
export function commitOf(folder: string): string | undefined {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const top = git('rev-parse', '--show-toplevel');
  if (top === undefined || realpathSync(top) !== realpathSync(folder)) return undefined;
  return git('describe', '--always', '--dirty', '--abbrev=40', '--exclude=*') || undefined;
}
