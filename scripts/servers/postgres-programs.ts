import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folder with PostgreSQL's programs; undefined where there is none (on Debian: package `postgresql`). */
export const postgresPrograms = findPrograms();

/** Debian and Homebrew keep the server's programs out of PATH. */
function findPrograms(): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versionsIn('/usr/lib/postgresql', (name) => name),
    ...versionsIn('/opt/homebrew/opt', (name) => name.replace(/^postgresql@/, '')),
    ...versionsIn('/usr/local/opt', (name) => name.replace(/^postgresql@/, '')),
  ];
  return folders.find((folder) => ['initdb', 'postgres', 'psql', 'pg_dump'].every(isProgramIn(folder)));
}

/** The `bin` folders beside each other that are named by a version, the newest first. */
function versionsIn(folder: string, versionOf: (name: string) => string): string[] {
  const found = listing(folder).filter((name) => /^\d+$/.test(versionOf(name)));
  const newest = found.toSorted((one, other) => Number(versionOf(other)) - Number(versionOf(one)));
  return newest.map((name) => join(folder, name, 'bin'));
}

function isProgramIn(folder: string): (name: string) => boolean {
  return (name) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
