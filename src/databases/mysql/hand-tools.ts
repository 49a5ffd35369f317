import type { Context } from '../../context.ts';
import type { MysqlSettings } from './settings.ts';
import type { HandTools, RestoreTraits } from '../hand-tools.ts';
import { infoScript, restoreScript, shellScript } from './hand-scripts.ts';
import { connectionArguments, mysql } from './mysql.ts';
import { toolRelease } from './release.ts';

/** MySQL or MariaDB by hand. */
export function mysqlByHand(settings: MysqlSettings, context: Context): HandTools {
  return {
    engine: 'mysql',
    title: 'MySQL',
    prefix: 'BAK_DB_MYSQL',
    connection: connectionArguments(settings),
    dumpFile: settings.dumpFile,
    isFolder: false,
    choice: settings.databases,
    globals: undefined,
    scripts: { shell: shellScript, info: infoScript, restore: restoreScript },
    versionOf: (said) => toolRelease(said)?.version ?? said,
    dumps: { closing: '\n-- Dump completed', patterns: ['^USE `'] },
    restoring,
    database: ({ dumpFile = settings.dumpFile, choice = settings.databases, maximumUsedPercent }) =>
      mysql({ ...settings, dumpFile, databases: choice }, maximumUsedPercent, context),
  };
}

const restoring: RestoreTraits = {
  problems: ([changes = 0], what) =>
    changes === 0
      ? []
      : [
          `${what} goes to a database of its own choice, as mysqldump --databases makes it, so it cannot be restored into this one; restore it by hand`,
        ],
  arguments: () => [],
  afterFailure: 'the database may be half restored, as MySQL takes nothing back of what was done',
  // MariaDB's client repeats the statement, with its rows, before it says what is wrong.
  essence: (words) => /ERROR \d+ \(\w+\).*/s.exec(words)?.[0] ?? words,
  hint: (words) =>
    /lock wait timeout/i.test(words)
      ? 'another session holds a lock on it: stop the app, or give it longer with --lock-timeout'
      : undefined,
};
