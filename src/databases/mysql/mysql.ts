import type { Context } from '../../context.ts';
import type { MysqlSettings } from './settings.ts';
import { choiceArguments, chooseDatabases } from '../choose-databases.ts';
import { named, type CheckedDatabase, type Database, type DatabaseCheck, type Dump } from '../database.ts';
import { databaseFiles, listFile, namesBeside, previousBytes } from '../dump-files.ts';
import { nothingKnown, runCheck } from '../run-check.ts';
import { asArguments, passwordArguments } from '../run-script.ts';
import { takeDumps } from '../take-dumps.ts';
import { judgeMysql } from './problems.ts';
import { checkScript, dumpScript } from './scripts.ts';
import type { Container } from '../../pods/pod.ts';

const dumpFileSetting = 'BAK_DB_MYSQL_DUMP_FILE';

/**
 * MySQL or MariaDB, dumped by `mysqldump` or `mariadb-dump` of its own container. `maximumUsedPercent` is of the
 * volume's space.
 */
export function mysql(settings: MysqlSettings, maximumUsedPercent: number, context: Context): Database {
  return {
    engine: 'mysql',
    check: (container) => check(container, settings, maximumUsedPercent, context),
    dump: (checked) => dump(checked, settings, context),
  };
}

async function check(
  container: Container,
  settings: MysqlSettings,
  maximumUsedPercent: number,
  context: Context,
): Promise<DatabaseCheck> {
  const { dumpFile, databases: choice } = settings;
  const { args, secret } = connectionArguments(settings);
  const { prefix, suffix } = namesBeside(dumpFile);
  const own = [dumpFile, prefix, suffix, ...choiceArguments(choice)];
  const run = { script: checkScript, args: [...args, ...own], secret, container };
  const checked = await runCheck(run, context);
  if ('problem' in checked) return nothingKnown(checked.problem);
  const { facts } = checked;
  const where = named(container);
  const chosen = chooseDatabases(facts, choice, where);
  const previous = previousBytes(facts, dumpFile, databaseFiles(chosen.databases, choice, dumpFile));
  const place = {
    dumpFile,
    isFolder: false,
    setting: dumpFileSetting,
    maximumUsedPercent,
    previousBytes: previous,
    where,
  };
  const { problems, warnings, toolVersion } = judgeMysql(facts, settings, chosen.databases, place);
  return {
    problems: [...problems, ...chosen.problems],
    warnings,
    directory: facts.get('directory'),
    version: facts.get('version')?.slice(0, 100),
    toolVersion: toolVersion?.slice(0, 100),
    databases: chosen.databases,
  };
}

function dump(checked: CheckedDatabase, settings: MysqlSettings, context: Context): Promise<readonly Dump[]> {
  const files = databaseFiles(checked.databases, settings.databases, settings.dumpFile);
  const parts = files.map((file) => ({ kind: 'database', name: file.database, ...file }));
  const connection = connectionArguments(settings);
  const request = { engine: 'mysql', checked, script: dumpScript, ...connection, parts } as const;
  return takeDumps({ ...request, listFile: listFile(settings.dumpFile) }, context);
}

export function connectionArguments({ host, port, characterSet, user, password }: MysqlSettings) {
  const { args, secret } = passwordArguments(password);
  return { args: [host, String(port), characterSet, ...asArguments(user), ...args], secret };
}
