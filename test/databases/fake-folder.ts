import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder of shell scripts, by program, to stand first in PATH. */
export function fakeFolder(root: string, fakes: Readonly<Record<string, string>>): string {
  const folder = join(root, 'fakes');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(fakes)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
