import { defineSettings } from '../../settings/schema.ts';
import { databaseFiles } from '../dump-files.ts';
import type { DatabaseServer, Engine, RestoreOf } from '../engine.ts';
import { asArguments, passwordArguments } from '../run-script.ts';
import { judgeMysql } from './judge.ts';
import { infoScript, shellScript } from './operation-scripts.ts';
import { restoreScript } from './restore-script.ts';
import { restoreCheckScript } from './restore-check-script.ts';
import { judgeRestore } from './restore-problems.ts';
import { trialProblem } from './trial.ts';
import { serverRelease, toolRelease } from './release.ts';
import { checkScript } from './check-script.ts';
import { dumpScript } from './dump-script.ts';
import { checkMysql, mysqlSettings, mysqlTable, wantsMysql, type MysqlSettings } from './settings.ts';

const names = { engine: 'mysql', title: 'MySQL' };

/** MySQL or MariaDB, dumped by `mysqldump` or `mariadb-dump` of its own container. */
export const mysql: Engine = {
  name: names.engine,
  title: names.title,
  products: 'MySQL or MariaDB',
  productOf: (version) => serverRelease(version).family,
  wanted: wantsMysql,
  settings: defineSettings({
    table: mysqlTable,
    check: checkMysql,
    build: (values) => mysqlServer(mysqlSettings(values)),
  }),
  triesFirst: true,
  restoreHelp: `It stops at the first error. MySQL does not undo what was done before that: the database may then be half \
restored, and the dump of its state before brings it back. So the dump is tried first: it is restored into a new database, \
without its events, and that is dropped again. A warning says why where that cannot be done, for want of rights or of \
space; --no-trial does without it.`,
};

export function mysqlServer(settings: MysqlSettings): DatabaseServer {
  const { execResource, container, dumpFile, databases: choice } = settings;
  return {
    ...names,
    execResource,
    container,
    dumpFile,
    isFolder: false,
    choice,
    globals: undefined,
    compression: settings.compression,
    connection: connectionOf(settings),
    check: {
      script: checkScript,
      args: [],
      maximumLagSeconds: settings.maximumLagSeconds,
      judge: (facts, names, where) => judgeMysql(facts, settings, names, where),
    },
    dump: {
      script: dumpScript,
      args: [],
      lockTimeoutSeconds: settings.lockTimeoutSeconds,
      closing: '\n-- Dump completed',
      patterns: ['^ALTER DATABASE `'],
      parts: (names) =>
        databaseFiles(names, choice, dumpFile).map((file) => ({
          kind: 'database',
          name: file.database,
          ...file,
        })),
    },
    info: { script: infoScript, versionOf: (said) => toolRelease(said)?.version ?? said },
    restore: restoring,
    shell: { script: shellScript },
    with: (changes) => mysqlServer({ ...settings, dumpFile: changes.dumpFile, databases: changes.choice }),
  };
}

function connectionOf({ host, port, characterSet, user, password }: MysqlSettings) {
  const { args, secret } = passwordArguments(password);
  return {
    args: [host, String(port), characterSet, ...asArguments(user), ...args],
    secret,
    address: `${host}:${port}`,
    settings: ['mysqlUser', 'mysqlPassword', 'mysqlDatabases', 'mysqlHost', 'mysqlPort'],
  };
}

const restoring: RestoreOf = {
  script: restoreScript,
  takesArchives: false,
  preparation: {
    script: restoreCheckScript,
    arguments: (_, dump) => ('path' in dump ? [dump.path, dump.packing] : undefined),
    judge: judgeRestore,
  },
  saysKey: true,
  arguments: ({ dump: { matching }, facts, key, stamp, tries }) => [
    (matching[0] ?? 0) > 0 ? 'nameless' : 'plain',
    tries && trialProblem(facts, '', '') === undefined ? stamp : '',
    Buffer.from(`restored=${key}`).toString('hex'),
  ],
  problems: () => [],
  afterFailure: 'the database may be half restored, as MySQL takes nothing back of what was done',
  // MariaDB's client repeats the statement, with its rows, before it says what is wrong.
  essence: (words) => /ERROR \d+ \(\w+\).*/s.exec(words)?.[0] ?? words,
  hint: (words) =>
    /lock wait timeout/i.test(words)
      ? 'another session holds a lock on it: stop the app, or give it longer with ⟪lockTimeout⟫'
      : undefined,
};
