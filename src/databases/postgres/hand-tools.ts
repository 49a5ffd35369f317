import type { Context } from '../../context.ts';
import type { PostgresSettings } from './settings.ts';
import { globalsFile } from '../dump-files.ts';
import type { HandTools, RestoreTraits } from '../hand-tools.ts';
import { connectionArguments, postgres } from './postgres.ts';
import { infoScript, restoreScript, shellScript } from './hand-scripts.ts';

/** PostgreSQL by hand. */
export function postgresByHand(settings: PostgresSettings, context: Context): HandTools {
  return {
    engine: 'postgres',
    title: 'PostgreSQL',
    prefix: 'BAK_DB_POSTGRES',
    connection: connectionArguments(settings),
    dumpFile: settings.dumpFile,
    isFolder: settings.format === 'directory',
    choice: settings.databases,
    globals: settings.globals
      ? { path: globalsFile(settings.dumpFile), closing: 'PostgreSQL database cluster dump complete' }
      : undefined,
    scripts: { shell: shellScript, info: infoScript, restore: restoreScript },
    versionOf: (said) => said,
    dumps: {
      closing: 'PostgreSQL database dump complete',
      patterns: ['^-- Data for Name: .*; Type: BLOBS; Schema: ', String.raw`^\\connect `],
    },
    restoring,
    database: ({ dumpFile = settings.dumpFile, choice, maximumUsedPercent }) => {
      const changed = { ...settings, dumpFile, ...(choice && { databases: choice, globals: false }) };
      return postgres(changed, maximumUsedPercent, context);
    },
  };
}

const restoring: RestoreTraits = {
  problems: ([, connects = 0], where) =>
    connects === 0
      ? []
      : [
          `${where} connects to a database by itself, as pg_dump --create makes it, so it cannot be restored into this one in one transaction; restore it with psql by hand`,
        ],
  arguments: ({ isFolder, matching: [largeObjects = 0] }) => [
    isFolder ? 'folder' : largeObjects > 0 ? 'large' : 'plain',
  ],
  afterFailure: 'the database is as it was before',
  essence: (words) => words,
  hint: (words) =>
    /lock timeout/i.test(words)
      ? 'another session holds a lock on it: stop the app, or give it longer with --lock-timeout'
      : undefined,
};
