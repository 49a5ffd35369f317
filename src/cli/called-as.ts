import { basename } from 'node:path';
import { plainName } from './examples.ts';

/** How the program was called: its name may be a link of another one. */
export interface CalledAs {
  /** For help, and for lines to paste. */
  readonly name: string;
  /** kubectl asks for completions of the plugin's words. */
  readonly isCompletion: boolean;
}

/** kubectl finds a plugin by its file, with `_` where the plugin's name has `-`. */
export function calledAs(path = ''): CalledAs {
  const file = basename(path).replace(/\.(?:mjs|exe|cmd)$/, '');
  const isCompletion = file === 'kubectl_complete-backup_ns';
  return {
    name: isCompletion || file === 'kubectl-backup_ns' ? 'kubectl backup-ns' : plainName,
    isCompletion,
  };
}
