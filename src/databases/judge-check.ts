import type { Facts } from '../pods/script-output.ts';
import { settingName } from '../settings/setting-name.ts';
import { chooseDatabases } from './choose-databases.ts';
import type { DatabaseCheck } from './database.ts';
import { databaseBytes, databaseFiles, previousBytes } from './dump-files.ts';
import { folderProblems, placeWarnings, spaceProblems } from './dump-place.ts';
import { judgeReplica } from './judge-replica.ts';
import { keyOf, type DatabaseServer } from './engine.ts';
import { refusal } from './refusal.ts';

/** What the facts of a check script say of dumps of this server; `where` is how a sentence names the container. */
export function judgeCheck(
  facts: Pick<Facts, 'get' | 'all'>,
  server: DatabaseServer,
  { maximumUsedPercent, where }: { readonly maximumUsedPercent: number; readonly where: string },
): DatabaseCheck {
  const { dumpFile, choice, isFolder } = server;
  const chosen = chooseDatabases(facts, choice, where);
  const place = {
    dumpFile,
    isFolder,
    setting: settingName(keyOf(server.engine, 'DumpFile')),
    maximumUsedPercent,
    previousBytes: previousBytes(facts, dumpFile, databaseFiles(chosen.databases, choice, dumpFile)),
    databaseBytes: databaseBytes(facts, chosen.databases),
    where,
  };
  const own = server.check.judge(facts, chosen.databases, where);
  const replica = judgeReplica(facts, server, where);
  return {
    problems: [
      ...folderProblems(facts, place),
      ...refusalProblems(facts, server, where),
      ...spaceProblems(facts, place),
      ...chosen.problems,
      ...own.problems,
      ...replica.problems,
    ],
    warnings: [...placeWarnings(facts, place), ...own.warnings, ...replica.warnings],
    directory: facts.get('directory'),
    version: facts.get('version')?.slice(0, 100),
    toolVersion: own.toolVersion?.slice(0, 100),
    databases: chosen.databases,
    replica: replica.replica,
  };
}

function refusalProblems(facts: Pick<Facts, 'get'>, server: DatabaseServer, where: string): string[] {
  const words = facts.get('refused');
  if (words === undefined) return [];
  const database = facts.get('database');
  const what = database ? `database '${database}'` : 'the server';
  const target = `${what} at ${server.connection.address} as user '${facts.get('user')}'`;
  return [refusal(server, target, where, words)];
}
