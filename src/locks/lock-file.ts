import { constants, fchmodSync, fstatSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';
import { codeOf } from './code-of.ts';
import { ForeignFileError, openShared } from './shared-file.ts';

/**
 * Opens a slot's file, making it if need be. A file that a job of another user made is opened for reading, which is
 * enough for flock(2). The descriptor is a plain number: a FileHandle would be closed, and the lock lost, when collected.
 */
export function openLockFile(path: string): number {
  const attempts = [openExisting, create, openExisting, openForReading];
  let failure: unknown;
  for (const attempt of attempts) {
    try {
      return attempt(path);
    } catch (error) {
      failure = error;
      if (error instanceof ForeignFileError) break;
    }
  }
  throw unusable(path, failure);
}

/** Without O_CREAT: with it, the kernel refuses files of others in a sticky directory (fs.protected_regular). */
function openExisting(path: string): number {
  return openShared(path, constants.O_RDWR);
}

/** Open to every user, whatever the umask: jobs of other users share the directory, and may insist on writing. */
function create(path: string): number {
  const fd = openShared(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o666);
  fchmodSync(fd, 0o666);
  return fd;
}

function openForReading(path: string): number {
  return openShared(path);
}

/** Whether the path still leads to the open file; when somebody removed it, a lock on it excludes nobody. */
export function isStillAt(path: string, fd: number): boolean {
  try {
    const [ours, there] = [fstatSync(fd), lstatSync(path)];
    return ours.ino === there.ino && ours.dev === there.dev;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function unusable(path: string, cause: unknown): UserError {
  const directory = dirname(path);
  if (codeOf(cause) === 'ENOENT')
    return new UserError(
      'preflight',
      `Cannot make the lock file '${path}' as user ${process.getuid?.()}; let that user write to '${directory}' (a hostPath belongs to root: chmod 1777 it on the node or in an init container)`,
      { cause },
    );
  if (cause instanceof ForeignFileError)
    return new UserError(
      'preflight',
      `The lock file '${path}' is a link, a folder, a pipe or a device, not a file; remove it on the node, and see who has put it there`,
      { cause },
    );
  return new UserError(
    'preflight',
    `Cannot open the lock file '${path}' as user ${process.getuid?.()} (${messageOf(cause)}); let that user at least read it`,
    { cause },
  );
}
