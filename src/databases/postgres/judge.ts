import type { Facts } from '../../pods/script-output.ts';
import type { Judgement } from '../engine.ts';
import { quoted } from '../../core/quoted.ts';
import { lossWarnings } from './losses.ts';
import { globalsWarnings, lacks, restoreWarnings, rightsProblems } from './rights.ts';
import type { PostgresSettings } from './settings.ts';

/** What the facts of the check script say of dumps of these databases, and of this engine alone. */
export function judgePostgres(
  facts: Pick<Facts, 'get' | 'all'>,
  settings: PostgresSettings,
  databases: readonly string[],
  where: string,
): Judgement {
  return {
    problems: [...versionProblems(facts, where), ...rightsProblems(facts, databases, where)],
    warnings: [
      ...(settings.globals ? globalsWarnings(facts, settings, where) : []),
      ...propertiesWarnings(databases, where),
      ...versionWarnings(facts, where),
      ...restoreWarnings(facts, databases, where),
      ...lossWarnings(lacks(facts, databases, where)),
    ],
    toolVersion: facts.get('tool'),
  };
}

/** In a script that creates a database, pg_dump takes no name of two lines. */
export function isOneLine(database: string): boolean {
  return !/[\r\n]/.test(database);
}

function propertiesWarnings(databases: readonly string[], where: string): string[] {
  return databases
    .filter((database) => !isOneLine(database))
    .map(
      (database) =>
        `The properties of database ${quoted(database)} in ${where}, such as its owner and its rights, are not dumped, as its name has a line break; rename it`,
    );
}

/** A pg_dump refuses a server of a later major version than its own, and dumps every earlier one. */
function versionProblems(facts: Pick<Facts, 'get'>, where: string): string[] {
  const [server, tool] = [facts.get('version'), facts.get('tool')];
  if (server === undefined) return [];
  const [wanted, has] = [majorOf(server), majorOf(tool ?? '')];
  if (has === undefined) return [`The version of pg_dump in ${where} cannot be read from: ${tool}`];
  if (wanted === undefined || has >= wanted) return [];
  return [
    `The pg_dump in ${where} is of version ${tool} and cannot dump a server of version ${server}; use an image whose pg_dump is of version ${wanted} or later`,
  ];
}

/** Such a dump begins with settings that the server may not know, at which psql stops when it is told to stop at errors. */
function versionWarnings(facts: Pick<Facts, 'get'>, where: string): string[] {
  const [server = '', tool = ''] = [facts.get('version'), facts.get('tool')];
  const [wanted, has] = [majorOf(server), majorOf(tool)];
  if (wanted === undefined || has === undefined || has <= wanted) return [];
  return [
    `The pg_dump in ${where} is of version ${tool}, and the server of version ${server}: psql may stop at what the dump has and this server does not know; restore it with backup-ns, which leaves such settings out, or use an image with both of one version`,
  ];
}

function majorOf(version: string): number | undefined {
  const digits = /^\d+/.exec(version)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
