import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UserError } from '../errors.ts';

export interface LockFile {
  readonly fd: number;
  readonly isWritable: boolean;
}

/**
 * Opens a slot's file, making it if need be. A file that a job of another user made is opened for reading, which is
 * enough for flock(2). The descriptor is a plain number: a FileHandle would be closed, and the lock lost, when collected.
 */
export function openLockFile(path: string): LockFile {
  const attempts = [openExisting, create, openExisting, openForReading];
  let failure: unknown;
  for (const attempt of attempts) {
    try {
      return attempt(path);
    } catch (error) {
      failure = error;
      if (['EISDIR', 'ELOOP'].includes(codeOf(error) ?? '')) break;
    }
  }
  throw unusable(path, failure);
}

/** Without O_CREAT: with it, the kernel refuses files of others in a sticky directory (fs.protected_regular). */
function openExisting(path: string): LockFile {
  return { fd: openSync(path, constants.O_RDWR | constants.O_NOFOLLOW), isWritable: true };
}

/** Open to every user, whatever the umask: jobs of other users share the directory, and may insist on writing. */
function create(path: string): LockFile {
  const fd = openSync(
    path,
    constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o666,
  );
  fchmodSync(fd, 0o666);
  return { fd, isWritable: true };
}

function openForReading(path: string): LockFile {
  return { fd: openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW), isWritable: false };
}

/** Whether the path still leads to the open file; when somebody removed it, a lock on it excludes nobody. */
export function isStillAt(path: string, fd: number): boolean {
  try {
    const [ours, there] = [fstatSync(fd), statSync(path)];
    return ours.ino === there.ino && ours.dev === there.dev;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

export function closeLockFile({ fd }: LockFile): void {
  closeSync(fd);
}

/** For whoever waits. Only a hint: jobs that share the file may not write one, and a full disk must not stop a backup. */
export function writeHolder({ fd, isWritable }: LockFile, holder: string): void {
  if (!isWritable) return;
  try {
    ftruncateSync(fd);
    writeSync(fd, holder, 0);
  } catch {
    return;
  }
}

/** What the last holder wrote, on one line; undefined when it wrote nothing that can be read. */
export function readHolder(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8')
      .slice(0, 200)
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

function unusable(path: string, cause: unknown): UserError {
  const directory = dirname(path);
  if (codeOf(cause) === 'ENOENT')
    return new UserError(
      'preflight',
      `Cannot make the lock file '${path}' as user ${process.getuid?.()}; let that user write to '${directory}' (a hostPath belongs to root: chmod 0777 it on the node or in an init container)`,
      { cause },
    );
  return new UserError(
    'preflight',
    `Cannot open the lock file '${path}' as user ${process.getuid?.()} (${messageOf(cause)}); let that user at least read it`,
    { cause },
  );
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
