import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';

/**
 * Makes an empty database in `data`, a folder that is missing or empty: by `initialize`, and from then on as a copy of what
 * that has made, which takes a tenth of the time. What is made goes by the version of the server, and by `how`: all that
 * `initialize` is told but the place.
 */
export function initializeOnce(
  data: string,
  server: string,
  how: readonly string[],
  initialize: () => void,
): void {
  const version = execFileSync(server, ['--version'], { encoding: 'utf8' });
  const digest = createHash('sha256')
    .update(JSON.stringify([version, how]))
    .digest('hex');
  const folder = join(cacheFolder(), 'servers');
  const kept = join(folder, digest.slice(0, 24));
  if (existsSync(kept)) return copy(kept, data);
  initialize();
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(join(folder, 'new-'));
  copy(data, own);
  try {
    renameSync(own, kept);
  } catch (error) {
    // Another process was faster; a folder that is not empty is not replaced.
    rmSync(own, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
}

/** With owners and modes, which servers look at. */
function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync('cp', ['-a', `${from}/.`, to]);
}
