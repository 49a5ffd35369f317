import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from './code-of.ts';

/** What lies there is a link, a pipe, a device or a folder: nothing that a job of ours has left. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
  readonly code = 'FOREIGN';

  constructor() {
    super('it is no regular file');
  }
}

/**
 * A folder that others may write to is never trusted with a name: no link is followed, as it could lead to any file of
 * ours; nothing is waited for, as a pipe without a writer, or a file with a lease on it, would keep us for ever.
 */
const carefully = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens a regular file. Throws ForeignFileError for anything else, and the error of open(2). */
export function openShared(path: string, flags = constants.O_RDONLY, mode?: number): number {
  const fd = opened(path, flags | carefully, mode);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new ForeignFileError();
}

/** The same, without keeping this process waiting for a slow file server. */
export async function openSharedHandle(path: string, flags = constants.O_RDONLY): Promise<FileHandle> {
  const handle = await open(path, flags | carefully).catch((error: unknown) => {
    throw isForeign(error) ? new ForeignFileError() : error;
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new ForeignFileError();
}

/** The first bytes of it, as text; a longer one is cut off. Throws as `openShared` does. */
export function readShared(path: string, limit: number): string {
  const fd = openShared(path);
  try {
    const buffer = Buffer.alloc(limit);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, limit, 0));
  } finally {
    closeSync(fd);
  }
}

/** Whether it is a folder itself, and no link to one. Throws the error of lstat(2). */
export function isRealFolder(path: string): boolean {
  return lstatSync(path).isDirectory();
}

/** Names in a folder that match, `limit` at most, without holding all of a folder's in memory. */
export function namesIn(path: string, pattern: RegExp, limit: number): string[] {
  const names: string[] = [];
  using directory = opendirSync(path);
  for (let entry = directory.readSync(); entry && names.length < limit; entry = directory.readSync()) {
    if (pattern.test(entry.name)) names.push(entry.name);
  }
  return names;
}

function opened(path: string, flags: number, mode: number | undefined): number {
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    throw isForeign(error) ? new ForeignFileError() : error;
  }
}

/** A link; a socket, or a pipe that is to be written to and that nobody reads; a folder. */
function isForeign(error: unknown): boolean {
  return ['ELOOP', 'ENXIO', 'EISDIR'].includes(codeOf(error) ?? '');
}
