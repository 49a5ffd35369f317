import { linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../system.ts';
import { messageOf, UserError } from '../errors.ts';
import { chooseMethod, thisMachine, type Machine } from './choose-method.ts';
import { codeOf } from './code-of.ts';
import type { MethodName } from './lock-method.ts';

/**
 * Makes sure that every job locks this directory's slots in the same way, writes that way beside them, and returns it.
 * Two ways do not see each other's locks, so the second is refused, unless `auto` leaves it to the directory.
 * A directory that is not ours to write keeps no marker: its lock files were made by jobs that know only flock.
 */
export async function claimDirectory(
  directory: string,
  wish: MethodName | 'auto',
  random: Random,
  machine: Machine = thisMachine,
): Promise<MethodName> {
  requireDirectory(directory);
  const marker = join(directory, '.method');
  const found = readMarker(marker) ?? (await settle(directory, marker, wish, random, machine));
  const method = methodNames.find((name) => name === found);
  if (method === undefined || (wish !== 'auto' && wish !== method))
    throw usedOtherwise(directory, marker, found, wish);
  if (method === 'lockfile') demandNoLockFiles(directory);
  return method;
}

const methodNames: readonly MethodName[] = ['flock', 'lockfile'];

async function settle(
  directory: string,
  marker: string,
  wish: MethodName | 'auto',
  random: Random,
  machine: Machine,
): Promise<string> {
  const method =
    wish === 'auto' ? await chooseMethod(directory, lockFileIn(directory) !== undefined, machine) : wish;
  if (method === 'lockfile') demandNoLockFiles(directory);
  return placeMarker(directory, marker, method, random);
}

function usedOtherwise(directory: string, marker: string, found: string, wish: string): UserError {
  return new UserError(
    'preflight',
    `The lock directory '${directory}' is used with '${found}' (says '${marker}'), not with '${wish}'; ` +
      'give all backups of the node the same BAK_FLOCK_METHOD, or this one a BAK_FLOCK_DIR of its own',
  );
}

/** A file of a job that locks with flock, such as a shell script, which knows nothing of markers. */
function lockFileIn(directory: string): string | undefined {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.find((entry) => entry.isFile() && /^\d+\.lock$/.test(entry.name))?.name;
  } catch (error) {
    // Whoever may not list it can open its files.
    if (codeOf(error) === 'EACCES') return undefined;
    throw error;
  }
}

function demandNoLockFiles(directory: string): void {
  const file = lockFileIn(directory);
  if (file === undefined) return;
  throw new UserError(
    'preflight',
    `The lock directory '${directory}' has the file '${file}' of a job that locks with flock, which 'lockfile' does not see; ` +
      'set BAK_FLOCK_METHOD=flock, or a BAK_FLOCK_DIR of its own, or remove the file when no such job is left',
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
    if (method === 'flock' && ['EACCES', 'EPERM', 'EROFS'].includes(code)) return method;
    const message = `Cannot write '${marker}' (${messageOf(error)}); mend the lock directory on the node`;
    throw new UserError('preflight', message, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}
