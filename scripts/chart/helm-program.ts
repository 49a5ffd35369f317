import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';

/** From PATH, or as it was built for a test cluster; undefined where there is none. */
export function helmProgram(): string | undefined {
  return [
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'helm')),
    ...globSync(join(cacheFolder(), 'tools', 'tools-*', 'helm')),
  ].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
