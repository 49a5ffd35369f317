import { defineSettings } from '../../settings/schema.ts';
import { databaseFiles, globalsFile } from '../dump-files.ts';
import type { DatabaseServer, Engine, Part, RestoreOf } from '../engine.ts';
import { asArguments, passwordArguments } from '../run-script.ts';
import { judgePostgres } from './judge.ts';
import { infoScript, restoreScript, shellScript } from './operation-scripts.ts';
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
  restoreHelp: `All of it is one transaction: after an error, the database is as it was before.`,
};

const closing = 'PostgreSQL database dump complete';
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
      closing,
      patterns: ['^-- Data for Name: .*; Type: BLOBS; Schema: ', String.raw`^\\connect `],
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
  const files = databaseFiles(names, databases, dumpFile);
  const parts: Part[] = files.map((file) => ({ kind, name: file.database, ...file }));
  const [database] = names;
  if (globals && database !== undefined)
    parts.push({ kind: 'globals', name: connectionString(database), path: globalsFile(dumpFile) });
  return parts;
}

/** A plain name with `=` in it would itself be taken for one. */
function connectionString(database: string): string {
  return `dbname='${database.replaceAll(/['\\]/g, '\\$&')}'`;
}

const restoring: RestoreOf = {
  script: restoreScript,
  takesArchives: true,
  arguments: ({ isFolder, matching: [largeObjects = 0] }) => [
    isFolder ? 'folder' : largeObjects > 0 ? 'large' : 'plain',
  ],
  problems: ([, connects = 0], where) =>
    connects === 0
      ? []
      : [
          `${where} connects to a database by itself, as pg_dump --create makes it, so it cannot be restored into this one in one transaction; restore it with psql by hand`,
        ],
  afterFailure: 'the database is as it was before',
  essence: (words) => words,
  hint: (words) =>
    /lock timeout/i.test(words)
      ? 'another session holds a lock on it: stop the app, or give it longer with ⟪lockTimeout⟫'
      : undefined,
};
