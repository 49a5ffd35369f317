import { fileOf, type DatabaseFile } from '../dump-files.ts';
import { keyOf, type DatabaseServer } from '../engine.ts';
import { UserError } from '../../core/errors.ts';
import { isOneDatabase, literalChoice, type DatabaseChoice } from '../database-choice.ts';
import { settingName } from '../../settings/setting-name.ts';

/**
 * The server with the one database that is meant: the only one of the settings, or the one that was asked for. Throws
 * UserError 'settings' when there are several and none was asked for, or another than the settings have.
 */
export function oneDatabase(server: DatabaseServer, wanted: string | undefined): DatabaseServer {
  const { choice, dumpFile } = server;
  if (isOneDatabase(choice)) {
    if (wanted === undefined || isNamed(wanted, choice)) return server;
    throw refusal(server, `names one database, and ⟪database⟫ '${wanted}' another; leave one of them out`);
  }
  if (wanted !== undefined && (choice.from === 'all' || isNamed(wanted, choice)))
    return server.with({ choice: literalChoice(wanted), dumpFile: fileOf(wanted, dumpFile) });
  const which = choice.from === 'literal' ? `one of: ${choice.names.join(', ')}` : 'the one that is meant';
  throw refusal(server, `means several databases; give ⟪database⟫ with ${which}`);
}

function isNamed(name: string, choice: DatabaseChoice): boolean {
  return choice.from === 'literal' && choice.names.includes(name);
}

function refusal({ engine }: DatabaseServer, words: string): UserError {
  return new UserError('settings', `${settingName(keyOf(engine, 'Databases'))} ${words}`);
}

/** A dump that the settings mean. */
export interface DumpPath {
  readonly path: string;
  readonly isFolder: boolean;
  /** What its last 1000 bytes contain. */
  readonly closing: string;
  /** The path of the dump that these are the properties of. Older dumps have none. */
  readonly propertiesOf?: string;
}

/** All dumps of the settings; `there` are the databases of the server, for those that mean all of them. */
export function dumpPaths(
  server: DatabaseServer,
  there: readonly { readonly name: string }[],
): readonly DumpPath[] {
  const { globals, choice, dumpFile } = server;
  const names = choice.from === 'literal' ? choice.names : there.map(({ name }) => name);
  const paths = isOneDatabase(choice)
    ? pathsOf(server, { database: names[0] ?? '', path: dumpFile })
    : names.flatMap((database) => pathsOf(server, { database, path: fileOf(database, dumpFile) }));
  return globals ? [...paths, { ...globals, isFolder: false }] : paths;
}

/** Of one database: its dump, and its properties. */
export function pathsOf(
  { isFolder, dump, properties }: DatabaseServer,
  file: DatabaseFile,
): readonly DumpPath[] {
  const { path } = file;
  const beside = properties?.pathOf(file);
  const own = { path, isFolder, closing: dump.closing };
  return properties && beside !== undefined
    ? [own, { path: beside, isFolder: false, closing: properties.closing, propertiesOf: path }]
    : [own];
}
