import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { quoted } from '../../core/quoted.ts';

/** Where on this machine a file of the cluster is put; `-` is stdout. */
export interface LocalPlace {
  readonly path: string;
  /** A person has typed the whole of it. */
  readonly isTyped: boolean;
}

/**
 * As `cp` has it: into a folder, or to that name. Throws UserError 'preflight' when its own name, which others have chosen, is none to
 * be had here.
 */
export async function localPlace(
  file: string | undefined,
  remote: string,
  isOneOfSeveral: boolean,
): Promise<LocalPlace> {
  if (file === undefined) return { path: nameHere(remote), isTyped: false };
  if (file === '-') return { path: file, isTyped: true };
  const isFolder = await stat(file).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (isFolder) return { path: join(file, nameHere(remote)), isTyped: false };
  if (!isOneOfSeveral) return { path: file, isTyped: true };
  throw new UserError('settings', `There are several dumps, and '${file}' is not a folder to put them in`);
}

/** What the formats of dumps end with, and what dumps are usually called. */
const ending = /\.(?:sql|dump|tar|gz|zst|lz4)$/;

/**
 * Its path, once it is known whether it is a folder, which comes as a tar. A name that others have chosen ends like a dump in any
 * case: no program looks for such a one, as it does for `Makefile`, `package.json` or `.envrc`.
 */
export function pathHere({ path, isTyped }: LocalPlace, isFolder: boolean): string {
  if (isTyped) return path;
  if (isFolder) return `${path}.tar`;
  return ending.test(path) ? path : `${path}.sql`;
}

function nameHere(remote: string): string {
  const name = posix.basename(remote);
  if (/^[A-Za-z0-9_][-+%.\w]{0,199}$/.test(name)) return name;
  throw new UserError(
    'preflight',
    `The dump ${quoted(remote)} has no name of a dump; give ⟪file⟫ with the name that it is to have here, and one ⟪database⟫ if there are several`,
  );
}
