import type { Context } from '../../context.ts';
import type { PostgresSettings } from './settings.ts';
import { choiceArguments, chooseDatabases } from '../choose-databases.ts';
import { named, type CheckedDatabase, type Database, type DatabaseCheck, type Dump } from '../database.ts';
import { databaseFiles, globalsFile, listFile, namesBeside, previousBytes } from '../dump-files.ts';
import { nothingKnown, runCheck } from '../run-check.ts';
import { asArguments, passwordArguments } from '../run-script.ts';
import type { Facts } from '../../pods/script-output.ts';
import { takeDumps, type Part } from '../take-dumps.ts';
import { postgresProblems, versionProblems } from './problems.ts';
import { globalsWarnings, rightsProblems } from './rights.ts';
import { checkScript, dumpScript } from './scripts.ts';
import type { Container } from '../../pods/pod.ts';

/** PostgreSQL, dumped by the `pg_dump` of its own container. `maximumUsedPercent` is of the volume's space. */
export function postgres(settings: PostgresSettings, maximumUsedPercent: number, context: Context): Database {
  return {
    engine: 'postgres',
    check: (container) => check(container, settings, maximumUsedPercent, context),
    dump: (checked) => dump(checked, settings, context),
  };
}

async function check(
  container: Container,
  settings: PostgresSettings,
  maximumUsedPercent: number,
  context: Context,
): Promise<DatabaseCheck> {
  const { dumpFile, databases: choice } = settings;
  const { args, secret } = connectionArguments(settings);
  const { prefix, suffix } = namesBeside(dumpFile);
  const own = [moreTools(settings), dumpFile, prefix, suffix, ...choiceArguments(choice)];
  const run = { script: checkScript, args: [...args, ...own], secret, container };
  const checked = await runCheck(run, context);
  return 'problem' in checked
    ? nothingKnown(checked.problem)
    : judge(checked.facts, settings, maximumUsedPercent, named(container));
}

function judge(
  facts: Facts,
  settings: PostgresSettings,
  maximumUsedPercent: number,
  where: string,
): DatabaseCheck {
  const { dumpFile, databases: choice, format } = settings;
  const { databases, problems } = chooseDatabases(facts, choice, where);
  const place = {
    dumpFile,
    setting: 'BAK_DB_POSTGRES_DUMP_FILE',
    isFolder: format === 'directory',
    maximumUsedPercent,
    previousBytes: previousBytes(facts, dumpFile, databaseFiles(databases, choice, dumpFile)),
    where,
  };
  const inPlace = postgresProblems(facts, settings, place);
  const forTools = [...versionProblems(facts, where), ...rightsProblems(facts, databases, where)];
  return {
    problems: [...inPlace, ...problems, ...forTools],
    warnings: settings.globals ? globalsWarnings(facts, settings, where) : [],
    directory: facts.get('directory'),
    version: facts.get('version')?.slice(0, 100),
    toolVersion: facts.get('tool')?.slice(0, 100),
    databases,
  };
}

function dump(
  checked: CheckedDatabase,
  settings: PostgresSettings,
  context: Context,
): Promise<readonly Dump[]> {
  const connection = connectionArguments(settings);
  const args = [...connection.args, String(settings.jobs)];
  const parts = partsOf(checked.databases, settings);
  const { secret } = connection;
  const request = { engine: 'postgres', checked, script: dumpScript, args, secret, parts } as const;
  return takeDumps({ ...request, listFile: listFile(settings.dumpFile) }, context);
}

function moreTools({ format, globals }: PostgresSettings): string {
  const forFolders = format === 'directory' ? ['pg_restore', 'xargs', 'sort', 'ls'] : [];
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

export function connectionArguments({ host, port, user, password }: PostgresSettings) {
  const { args, secret } = passwordArguments(password);
  return { args: [host, String(port), ...asArguments(user), ...args], secret };
}
