import { isOneDatabase, type DatabaseChoice } from './database-choice.ts';
import { isNamedAsFile } from './dump-format.ts';
import { fromOctal } from './scripts/octal.ts';
import type { Facts } from '../pods/script-output.ts';

/** What the file of one database of several begins and ends with; the database's name stands between. */
export interface FileNames {
  readonly prefix: string;
  readonly suffix: string;
}

/** `/data/dump.sql.gz` -> `/data/dump.` and `.sql.gz`. */
export function namesBeside(dumpFile: string): FileNames {
  const suffix = /(?<=[^/])(?:\.sql)?(?:\.[A-Za-z0-9]+)?$/.exec(dumpFile)?.[0] ?? '';
  return { prefix: `${dumpFile.slice(0, dumpFile.length - suffix.length)}.`, suffix };
}

export interface DatabaseFile {
  readonly database: string;
  readonly path: string;
}

/** Where each of the chosen databases is dumped to. */
export function databaseFiles(
  databases: readonly string[],
  choice: DatabaseChoice,
  dumpFile: string,
): DatabaseFile[] {
  return databases.map((database) => ({
    database,
    path: isOneDatabase(choice) ? dumpFile : fileOf(database, dumpFile),
  }));
}

/** What the dumps that a check found in these places take, together. */
export function previousBytes(
  facts: Pick<Facts, 'get' | 'all'>,
  dumpFile: string,
  files: readonly DatabaseFile[],
): number {
  const { prefix, suffix } = namesBeside(dumpFile);
  const bytes = new Map([[dumpFile, Number(facts.get('previous') ?? 0)]]);
  for (const fact of facts.all('had')) {
    const [, size, name = ''] = /^\s*(\d+) (.*)$/.exec(fact) ?? [];
    bytes.set(`${prefix}${name}${suffix}`, Number(size ?? 0));
  }
  return files.reduce((sum, { path }) => sum + (bytes.get(path) ?? 0), 0);
}

/** What these databases take on the server, as far as a check said it. */
export function databaseBytes(facts: Pick<Facts, 'all'>, databases: readonly string[]): number {
  const sizes = facts.all('size').map((fact) => {
    const [, bytes, name = ''] = /^(\d{1,15}) (.*)$/.exec(fact) ?? [];
    return databases.includes(fromOctal(name) ?? '') ? Number(bytes) : 0;
  });
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** The file of one database of several: `/data/dump.shop.sql.gz`. Two databases never share one. */
export function fileOf(database: string, dumpFile: string): string {
  const { prefix, suffix } = namesBeside(dumpFile);
  return `${prefix}${encoded(database)}${suffix}`;
}

/** Beside the dump file, for what belongs to no database: `/data/dump-globals.sql.gz`. Of a folder too, it is a file. */
export function globalsFile(dumpFile: string): string {
  const { prefix, suffix } = namesBeside(dumpFile);
  return `${prefix.slice(0, -1)}-globals${isNamedAsFile(suffix) ? suffix : '.sql.gz'}`;
}

/**
 * Beside a dump, for what belongs to its database as a whole: `/data/dump.sql.gz.properties.sql`. It is none of `fileOf`, whose
 * part between prefix and suffix has no dot.
 */
export function propertiesFile(dump: string): string {
  return `${dump}.properties.sql`;
}

/** Beside the dump file, for the list of many: `/data/dump-list.json`. */
export function listFile(dumpFile: string): string {
  return `${namesBeside(dumpFile).prefix.slice(0, -1)}-list.json`;
}

/** Like encodeURIComponent, but also of `.!~*'()`: what is left means nothing to any shell or file system. */
function encoded(name: string): string {
  return Array.from(new TextEncoder().encode(name), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
