import { accessSync, constants, linkSync, lstatSync, opendirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../core/system.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { chooseMethod, thisMachine, type Machine } from './choose-method.ts';
import { codeOf } from './code-of.ts';
import type { MethodName } from './lock-method.ts';
import { ForeignFileError, readShared } from './shared-file.ts';

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
  return agreed(
    directory,
    marker,
    readMarker(marker) ?? (await settle(directory, marker, wish, random, machine)),
    wish,
  );
}

/** Whether `claimDirectory` would be through, as far as can be told without changing anything. Throws as it does. */
export function requireUsableDirectory(directory: string, wish: MethodName | 'auto'): void {
  requireDirectory(directory);
  const marker = join(directory, '.method');
  const found = readMarker(marker);
  if (found !== undefined) agreed(directory, marker, found, wish);
  else if (wish === 'lockfile') requireNoLockFiles(directory);
  if (lockFileIn(directory) === undefined) requireWritable(directory);
}

/** Where there are lock files already, jobs of other users may have made them for all. */
function requireWritable(directory: string): void {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new UserError(
      'preflight',
      `No lock files may be made in the lock directory '${directory}' (${messageOf(cause)}); let the user of the backup write to it`,
      { cause },
    );
  }
}

function agreed(directory: string, marker: string, found: Marked, wish: MethodName | 'auto'): MethodName {
  if (found === 'unknown') throw notOurs(marker, 'names no way of locking that this version knows');
  if (wish !== 'auto' && wish !== found) throw usedOtherwise(directory, marker, found, wish);
  if (found === 'lockfile') requireNoLockFiles(directory);
  return found;
}

const methodNames: readonly MethodName[] = ['flock', 'lockfile'];

/** What a marker says. What is none of ours is not repeated to anybody: who knows what has been put there. */
type Marked = MethodName | 'unknown';

async function settle(
  directory: string,
  marker: string,
  wish: MethodName | 'auto',
  random: Random,
  machine: Machine,
): Promise<Marked> {
  const method =
    wish === 'auto' ? await chooseMethod(directory, lockFileIn(directory) !== undefined, machine) : wish;
  if (method === 'lockfile') requireNoLockFiles(directory);
  return placeMarker(directory, marker, method, random);
}

function notOurs(marker: string, what: string): UserError {
  return new UserError(
    'preflight',
    `'${marker}' ${what}; see who has put it there, remove it when no job of the node is at work, or give this backup a ⟪flockDirectory⟫ of its own`,
  );
}

function usedOtherwise(directory: string, marker: string, found: MethodName, wish: string): UserError {
  return new UserError(
    'preflight',
    `The lock directory '${directory}' is used with '${found}' (says '${marker}'), not with '${wish}'; ` +
      'give all backups of the node the same ⟪flockMethod⟫, or this one a ⟪flockDirectory⟫ of its own',
  );
}

/** A file of a job that locks with flock, such as a shell script, which knows nothing of markers. */
function lockFileIn(directory: string): string | undefined {
  try {
    using entries = opendirSync(directory);
    for (let entry = entries.readSync(); entry; entry = entries.readSync()) {
      if (entry.isFile() && /^\d+\.lock$/.test(entry.name)) return entry.name;
    }
    return undefined;
  } catch (error) {
    // Whoever may not list it can open its files.
    if (codeOf(error) === 'EACCES') return undefined;
    throw error;
  }
}

function requireNoLockFiles(directory: string): void {
  const file = lockFileIn(directory);
  if (file === undefined) return;
  throw new UserError(
    'preflight',
    `The lock directory '${directory}' has the file '${file}' of a job that locks with flock, which 'lockfile' does not see; ` +
      'set ⟪flockMethod⟫=flock, or a ⟪flockDirectory⟫ of its own, or remove the file when no such job is left',
  );
}

function requireDirectory(directory: string): void {
  let what: string;
  try {
    const entry = lstatSync(directory);
    if (entry.isDirectory()) return;
    if (entry.isSymbolicLink()) throw isLink(directory);
    what = 'is not a directory';
  } catch (error) {
    if (error instanceof UserError) throw error;
    what = codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
  }
  throw new UserError(
    'preflight',
    `The lock directory '${directory}' ${what}; mount a hostPath volume of type DirectoryOrCreate there, or set ⟪flock⟫=false`,
  );
}

/** Whoever can replace the link could send us to a folder where nobody else looks. */
function isLink(directory: string): UserError {
  return new UserError(
    'preflight',
    `The lock directory '${directory}' is a symbolic link; set ⟪flockDirectory⟫ to the directory that it leads to`,
  );
}

/** `undefined` when there is none. An empty one is a way we do not know: it is never half written. */
function readMarker(marker: string): Marked | undefined {
  try {
    const text = readShared(marker, 100).trim();
    return methodNames.find((name) => name === text) ?? 'unknown';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof ForeignFileError) throw notOurs(marker, 'is not a file');
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
function placeMarker(directory: string, marker: string, method: MethodName, random: Random): Marked {
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
