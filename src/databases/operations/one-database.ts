import { fileOf } from '../dump-files.ts';
import type { HandTools } from '../hand-tools.ts';
import { UserError } from '../../core/errors.ts';
import { isOneDatabase, literalChoice, type DatabaseChoice } from '../database-choice.ts';

/** One database of a server, and its dump file. */
export interface OneDatabase {
  readonly choice: DatabaseChoice;
  readonly dumpFile: string;
}

/**
 * The one that is meant: the only one of the settings, or the one that the person has named. Throws UserError 'settings'
 * when there are several and none was named.
 */
export function oneDatabase(
  { choice, dumpFile, prefix }: HandTools,
  wanted: string | undefined,
): OneDatabase {
  if (isOneDatabase(choice)) {
    const isOther = wanted !== undefined && choice.from === 'literal' && choice.names[0] !== wanted;
    if (wanted === undefined || (choice.from === 'literal' && !isOther)) return { choice, dumpFile };
    throw new UserError(
      'settings',
      `${prefix}_DB names one database, and --database '${wanted}' another; leave one of them out`,
    );
  }
  const names = choice.from === 'literal' ? choice.names : undefined;
  if (wanted === undefined || (names && !names.includes(wanted))) {
    const which = names ? `one of: ${names.join(', ')}` : 'the one that is meant';
    throw new UserError('settings', `${prefix}_DB means several databases; give --database with ${which}`);
  }
  return { choice: literalChoice(wanted), dumpFile: fileOf(wanted, dumpFile) };
}

/** A dump that the settings mean. */
export interface DumpPath {
  readonly path: string;
  readonly isFolder: boolean;
  /** What its last 1000 bytes contain. */
  readonly closing: string;
}

/** All dumps of the settings; `there` are the databases of the server, for those that mean all of them. */
export function dumpPaths(tools: HandTools, there: readonly { readonly name: string }[]): DumpPath[] {
  const { globals, dumps, isFolder } = tools;
  const paths = databasePaths(tools, there).map((path) => ({
    path,
    isFolder,
    closing: dumps.closing,
  }));
  return globals ? [...paths, { ...globals, isFolder: false }] : paths;
}

function databasePaths(
  { choice, dumpFile }: HandTools,
  there: readonly { readonly name: string }[],
): string[] {
  if (isOneDatabase(choice)) return [dumpFile];
  const names = choice.from === 'literal' ? choice.names : there.map(({ name }) => name);
  return names.map((name) => fileOf(name, dumpFile));
}
