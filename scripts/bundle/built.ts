import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const sources = ['src/**/*.ts', 'scripts/build.ts', 'scripts/bundle/*.ts', 'package-lock.json'];

/** Where the command is once it is built. */
export const builtPath = join(root, 'dist', 'backup-ns.mjs');

/** Why the command is to be built: `is missing`, or `is older than` a source; undefined when it is as the sources are. */
export function whyNotBuilt(built = builtPath, from = root): string | undefined {
  if (!existsSync(built)) return 'is missing';
  const builtAt = changed(built);
  const newer = globSync(sources, { cwd: from }).find((file) => changed(join(from, file)) > builtAt);
  return newer === undefined ? undefined : `is older than ${newer}`;
}

function changed(path: string): number {
  return statSync(path).mtimeMs;
}
