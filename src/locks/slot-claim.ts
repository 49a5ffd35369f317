import { chmod, mkdir, opendir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';
import { codeOf } from './code-of.ts';
import { ForeignFileError, isRealFolder } from './shared-file.ts';

/**
 * A slot that is locked without the kernel: the directory `<n>.lock.d` with one file in it, named after its owner. Without
 * a file in it, the slot is free.
 *
 * It is made whole under another name and renamed: rename(2) replaces an empty directory and refuses one with a file in
 * it, on NFS as well (RFC 8881, RENAME). It ends by the removal of that very file. So there is no moment in which two
 * have it, nor one in which a crash leaves it half made, and whoever breaks a dead one cannot hit the next one's.
 * A shell's `flock <n>.lock` never meets it, as the names differ.
 */
export function claimPath(slotPath: string): string {
  return `${slotPath}.d`;
}

/** The path of the file whose time its owner keeps fresh. */
export function ownerPath(slotPath: string, owner: string): string {
  return join(claimPath(slotPath), owner);
}

/**
 * `undefined` when the slot is free. Opening a directory makes an NFS client ask the server what is in it. One name is
 * enough, however many a stranger has put there.
 */
export async function readOwner(slotPath: string): Promise<string | undefined> {
  try {
    const path = claimPath(slotPath);
    await using directory = await opendir(path, { bufferSize: 2 });
    if (!isRealFolder(path)) throw new ForeignFileError();
    return (await directory.read())?.name;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(slotPath, error);
  }
}

/** False when another has it. */
export async function placeClaim(slotPath: string, owner: string): Promise<boolean> {
  const path = claimPath(slotPath);
  const draft = join(dirname(path), `.${basename(path)}.${owner}`);
  try {
    await mkdir(draft);
    // Jobs of every user look at it, and may have to break it when we are dead.
    await chmod(draft, 0o777);
    await writeFile(join(draft, owner), '', { flag: 'wx' });
    await chmod(join(draft, owner), 0o644);
    // SMB replaces no directory, not even an empty one.
    await rmdir(path).catch(() => {});
    await rename(draft, path);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    // An answer of the server that was lost: the renaming was done, and done again it is an error.
    if ((await readOwner(slotPath)) === owner) return true;
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return false;
    throw unusable(slotPath, error);
  }
}

/** Frees the slot if it is still this owner's; another's claim has no such file. */
export async function removeClaim(slotPath: string, owner: string): Promise<void> {
  await rm(ownerPath(slotPath, owner), { force: true });
  await rmdir(claimPath(slotPath)).catch(() => {});
}

export function unusable(slotPath: string, cause: unknown): UserError {
  const path = claimPath(slotPath);
  if (cause instanceof ForeignFileError || codeOf(cause) === 'ENOTDIR') {
    const foreign = `'${path}' is not the claim of a backup, which is a folder with a file in it; remove it, and see who has put it there`;
    return new UserError('preflight', foreign, { cause });
  }
  if (codeOf(cause) === 'EPERM') {
    const others = `'${path}' was left by a job of another user, which user ${process.getuid?.()} may not replace in a folder with the sticky bit; remove it, and let all backups run as one user`;
    return new UserError('preflight', others, { cause });
  }
  const message = `Cannot use '${path}' as user ${process.getuid?.()} (${messageOf(cause)}); let that user write to '${dirname(slotPath)}'`;
  return new UserError('preflight', message, { cause });
}
