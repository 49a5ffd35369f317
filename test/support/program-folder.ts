import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder for the front of PATH, in which programs are called as people call them. A program that is but a name is that of the
 * PATH of this process, and not its own self in that folder.
 */
export function programFolder(folder: string, programs: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  const path = quoted(process.env['PATH'] ?? '');
  for (const [name, program] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\nPATH=${path}\nexport PATH\nexec ${program} "$@"\n`, {
      mode: 0o755,
    });
  return folder;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
