import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** From PATH, or as it was built of this Go module; undefined where there is none. */
export function programOfGo(name: string, module: string): string | undefined {
  return [
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
    ...globSync(join(cacheFolder(), 'tools', `${module}-*`, name)),
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
