import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built tools, images and test clusters live: outside the checkout, so that a fresh clone finds them again. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'backup-ns');
}
