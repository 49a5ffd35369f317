import { constants } from 'node:fs';
import { access, link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { messageOf, UserError } from '../../core/errors.ts';
import type { Random } from '../../core/system.ts';

/**
 * A file that is there under its name only when it is whole: written beside it, and moved when it is proven. What was
 * there before is written over only with `force`.
 */
export class LocalFile implements AsyncDisposable {
  readonly path: string;
  readonly #partial: string;
  readonly #handle: FileHandle;
  readonly #force: boolean;

  private constructor(path: string, partial: string, handle: FileHandle, force: boolean) {
    this.path = path;
    this.#partial = partial;
    this.#handle = handle;
    this.#force = force;
  }

  /** Throws UserError 'settings' when it is there, or cannot be made. */
  static async create(path: string, force: boolean, random: Random): Promise<LocalFile> {
    if (!force && (await exists(path))) throw isThere(path);
    const partial = `${path}.${random.id(8)}.partial`;
    try {
      return new LocalFile(path, partial, await open(partial, 'wx', 0o600), force);
    } catch (error) {
      throw new UserError(
        'settings',
        `'${path}' cannot be written: ${messageOf(error)}; give another ⟪file⟫`,
      );
    }
  }

  async write(chunk: Buffer): Promise<void> {
    try {
      await this.#handle.writeFile(chunk);
    } catch (error) {
      throw new UserError('unexpected', `'${this.path}' cannot be written: ${messageOf(error)}`);
    }
  }

  /** Puts it in its place. Throws UserError 'settings' when another has come there in the meantime. */
  async publish(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
    if (this.#force) await rename(this.#partial, this.path);
    else await moveToFree(this.#partial, this.path);
  }

  /** Takes away what was not published. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#partial, { force: true });
  }
}

/** A link is refused where something is, at once; some file systems have none. */
async function moveToFree(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    if (await exists(path)) throw isThere(path);
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    await rename(partial, path);
  }
}

function isThere(path: string): UserError {
  return new UserError(
    'settings',
    `'${path}' is there already; give ⟪force⟫ to write over it, or another ⟪file⟫`,
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
