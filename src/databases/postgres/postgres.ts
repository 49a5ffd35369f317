import { closing } from './closing.ts';
import { defineSettings } from '../../settings/schema.ts';
import { databaseFiles, globalsFile, propertiesFile, type DatabaseFile } from '../dump-files.ts';
import type { DatabaseServer, Engine, Part } from '../engine.ts';
import { asArguments, passwordArguments } from '../run-script.ts';
import { isOneLine, judgePostgres } from './judge.ts';
import { infoScript, shellScript } from './operation-scripts.ts';
import { restoring } from './restore/restoring.ts';
import { checkScript, dumpScript } from './scripts.ts';
import {
  checkPostgres,
  postgresSettings,
  postgresTable,
  wantsPostgres,
  type PostgresSettings,
} from './settings.ts';

const names = { engine: 'postgres', title: 'PostgreSQL' };

/** PostgreSQL, dumped by the `pg_dump` of its own container. */
export const postgres: Engine = {
  name: names.engine,
  title: names.title,
  products: 'PostgreSQL',
  productOf: () => names.title,
  wanted: wantsPostgres,
  settings: defineSettings({
    table: postgresTable,
    check: checkPostgres,
    build: (values) => postgresServer(postgresSettings(values)),
  }),
  restoresBeside: true,
  restoreHelp: `The dump is restored into a new database, with the owner, the encoding, the rights and the settings of the \
old one. When it has all tables and rows of the dump, the sessions of the old one are ended, and both are renamed in one \
transaction. After an error, the database is as it was before. The old one stays as NAME_before_TIME until you drop it, \
or goes in the end with --drop-old. The user needs CREATEDB.`,
};

const globalsClosing = 'PostgreSQL database cluster dump complete';

export function postgresServer(settings: PostgresSettings): DatabaseServer {
  const { execResource, container, dumpFile, databases: choice, globals } = settings;
  return {
    ...names,
    execResource,
    container,
    dumpFile,
    isFolder: settings.format === 'directory',
    choice,
    globals: globals ? { path: globalsFile(dumpFile), closing: globalsClosing } : undefined,
    compression: settings.compression,
    properties: { pathOf: propertiesOf, closing },
    connection: connectionOf(settings),
    check: {
      script: checkScript,
      args: [moreTools(settings)],
      maximumLagSeconds: settings.maximumLagSeconds,
      judge: (facts, names, where) => judgePostgres(facts, settings, names, where),
    },
    dump: {
      script: dumpScript,
      args: [String(settings.jobs)],
      lockTimeoutSeconds: settings.lockTimeoutSeconds,
      closing,
      patterns: [],
      parts: (names) => partsOf(names, settings),
    },
    info: { script: infoScript, versionOf: (said) => said },
    restore: restoring,
    shell: { script: shellScript },
    with: (changes) =>
      postgresServer({
        ...settings,
        dumpFile: changes.dumpFile,
        databases: changes.choice,
        globals: false,
      }),
  };
}

function connectionOf({ host, port, user, password }: PostgresSettings): DatabaseServer['connection'] {
  const { args, secret } = passwordArguments(password);
  return {
    args: [host, String(port), ...asArguments(user), ...args],
    secret,
    address: `${host}:${port}`,
    settings: ['postgresUser', 'postgresPassword', 'postgresDatabases', 'postgresHost', 'postgresPort'],
  };
}

function moreTools({ format, globals }: PostgresSettings): string {
  const forFolders = format === 'directory' ? ['gzip', 'pg_restore', 'xargs', 'sort', 'ls'] : [];
  return [...(globals ? ['pg_dumpall'] : []), ...forFolders].join(' ');
}

function partsOf(
  names: readonly string[],
  { databases, dumpFile, format, globals }: PostgresSettings,
): Part[] {
  const kind = format === 'directory' ? 'folder' : 'database';
  const parts = databaseFiles(names, databases, dumpFile).flatMap((file): Part[] => {
    const { database } = file;
    const path = propertiesOf(file);
    const properties =
      path === undefined ? [] : [{ kind: 'properties', name: database, propertiesOf: database, path }];
    return [{ kind, name: database, ...file }, ...properties];
  });
  const [database] = names;
  if (globals && database !== undefined)
    parts.push({ kind: 'globals', name: connectionString(database), path: globalsFile(dumpFile) });
  return parts;
}

function propertiesOf({ database, path }: DatabaseFile): string | undefined {
  return isOneLine(database) ? propertiesFile(path) : undefined;
}

/** A plain name with `=` in it would itself be taken for one. */
function connectionString(database: string): string {
  return `dbname='${database.replaceAll(/['\\]/g, '\\$&')}'`;
}
