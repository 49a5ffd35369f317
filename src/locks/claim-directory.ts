import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../system.ts';
import { messageOf, UserError } from '../errors.ts';
import { codeOf } from './lock-file.ts';

/**
 * Makes sure that every job locks this directory's files in the same way, and writes that way beside them.
 * Two ways do not see each other's locks, so the second is refused. A directory that is not ours to write keeps no
 * marker: its lock files were made by jobs that know only flock.
 */
export function claimDirectory(directory: string, method: string, random: Random): void {
  requireDirectory(directory);
  const marker = join(directory, '.method');
  const found = readMarker(marker) ?? placeMarker(directory, marker, method, random);
  if (found === method) return;
  throw new UserError(
    'preflight',
    `The lock directory '${directory}' is used with '${found}' (says '${marker}'), not with '${method}'; ` +
      'give all backups of the node the same BAK_FLOCK_METHOD, or this one a BAK_FLOCK_DIR of its own',
  );
}

function requireDirectory(directory: string): void {
  let what: string;
  try {
    if (statSync(directory).isDirectory()) return;
    what = 'is not a directory';
  } catch (error) {
    what = codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
  }
  throw new UserError(
    'preflight',
    `The lock directory '${directory}' ${what}; mount a hostPath volume of type DirectoryOrCreate there, or set BAK_FLOCK=false`,
  );
}

/** `undefined` when there is none. An empty one is a way we do not know: it is never half written. */
function readMarker(marker: string): string | undefined {
  try {
    return readFileSync(marker, 'utf8').slice(0, 100).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UserError(
      'preflight',
      `Cannot read '${marker}' (${messageOf(error)}); let every user read it`,
      {
        cause: error,
      },
    );
  }
}

/** Whole or not at all, and by one job only: link(2) refuses a name that is taken. Returns what the marker then says. */
function placeMarker(directory: string, marker: string, method: string, random: Random): string {
  const draft = join(directory, `.method.${random.id(12)}`);
  try {
    writeFileSync(draft, `${method}\n`, { flag: 'wx', mode: 0o644 });
    linkSync(draft, marker);
    return method;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'EEXIST') return readMarker(marker) ?? method;
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return method;
    const message = `Cannot write '${marker}' (${messageOf(error)}); mend the lock directory on the node`;
    throw new UserError('preflight', message, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}
