import type { PostgresSettings } from './settings.ts';
import { placeProblems, spaceProblems, type Place } from '../place-problems.ts';
import type { Facts } from '../../pods/script-output.ts';

/** What the facts of the check script say against a dump; one sentence each. */
export function postgresProblems(
  facts: Pick<Facts, 'get'>,
  settings: PostgresSettings,
  place: Place,
): string[] {
  return [
    ...placeProblems(facts, place),
    ...connectionProblems(facts, settings, place.where),
    ...spaceProblems(facts, place),
  ];
}

function connectionProblems(facts: Pick<Facts, 'get'>, settings: PostgresSettings, where: string): string[] {
  const words = facts.get('refused')?.trim();
  if (words === undefined) return [];
  const target = `database '${facts.get('database')}' at ${settings.host}:${settings.port} as user '${facts.get('user')}'`;
  return [
    `PostgreSQL refuses ${target} in ${where} (${words}); check BAK_DB_POSTGRES_USER, _PASSWORD, _DB, _HOST and _PORT`,
  ];
}

/** A pg_dump refuses a server of a later major version than its own, and dumps every earlier one. */
export function versionProblems(facts: Pick<Facts, 'get'>, where: string): string[] {
  const [server, tool] = [facts.get('version'), facts.get('tool')];
  if (server === undefined) return [];
  const [wanted, has] = [majorOf(server), majorOf(tool ?? '')];
  if (has === undefined) return [`The version of pg_dump in ${where} cannot be read from: ${tool}`];
  if (wanted === undefined || has >= wanted) return [];
  return [
    `The pg_dump in ${where} is of version ${tool} and cannot dump a server of version ${server}; use an image whose pg_dump is of version ${wanted} or later`,
  ];
}

function majorOf(version: string): number | undefined {
  const digits = /^\d+/.exec(version)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
