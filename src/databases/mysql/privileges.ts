import type { DatabaseChoice } from '../database-choice.ts';
import { Grants } from './grants.ts';
import type { Release } from './release.ts';

/** What the tool reads of every database. Without TRIGGER, and without rights of routines, it leaves them out in silence. */
const needed = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT'];

/** Who is to dump what. */
export interface DumpRequest {
  readonly user: string;
  readonly databases: readonly string[];
  readonly choice: DatabaseChoice;
  readonly family: Release['family'];
  /** How a sentence names the container. */
  readonly where: string;
}

/** Which rights are missing for complete dumps, by the lines of `SHOW GRANTS`; one sentence each. */
export function missingPrivileges(lines: readonly string[], request: DumpRequest): string[] {
  const grants = new Grants(lines);
  const { user, databases, choice, where } = request;
  const seesAll = choice.from !== 'all' || grants.has('SELECT') || grants.has('SHOW DATABASES');
  const unseen = seesAll
    ? []
    : [
        `User '${user}' in ${where} may not see every database, so '*' could leave some out; grant it SHOW DATABASES ON *.*`,
      ];
  return [...unseen, ...databases.flatMap((database) => missingOn(database, grants, request))];
}

function missingOn(database: string, grants: Grants, { user, family, where }: DumpRequest): string[] {
  const missing = needed.filter((privilege) => !grants.hasOn(database, privilege));
  const problems =
    missing.length === 0
      ? []
      : [
          `User '${user}' lacks ${missing.join(', ')} on database '${database}' in ${where}, without which its dump is not complete; grant ${missing.length === 1 ? 'it' : 'them'}`,
        ];
  if (seesRoutines(database, grants)) return problems;
  const way = family === 'MySQL' ? 'SHOW_ROUTINE ON *.*' : 'SELECT ON mysql.proc';
  return [
    ...problems,
    `User '${user}' does not see the procedures and functions of database '${database}' in ${where}, so its dump would leave them out; grant it ${way}`,
  ];
}

/** With one of the last three it sees their names, and those that it cannot read can be told. */
function seesRoutines(database: string, grants: Grants): boolean {
  return (
    grants.has('SELECT') ||
    grants.has('SHOW_ROUTINE') ||
    grants.hasOnTable('mysql', 'proc', 'SELECT') ||
    ['SHOW CREATE ROUTINE', 'EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE'].some((privilege) =>
      grants.hasOn(database, privilege),
    )
  );
}
