import type { Definer, DumpNeeds } from './dump-needs.ts';
import type { Facts } from '../../pods/script-output.ts';
import { fromOctal } from '../scripts/octal.ts';
import { Grants } from './grants.ts';
import { isOlder, serverRelease, type Release } from './release.ts';

/** Who restores, and where to. */
export interface RestoringUser {
  /** As `current_user()` has it: `app@%`. */
  readonly account: string;
  readonly grants: Grants;
  readonly database: string;
  readonly family: Release['family'];
  readonly version: string;
  /** Whether the server writes a binary log and does not trust who makes functions and triggers. */
  readonly isLogged: boolean;
  /** How a sentence names the container. */
  readonly where: string;
}

/** By what the server says of the one who asks it. */
export function restoringUser(facts: Pick<Facts, 'get' | 'all'>, where: string): RestoringUser {
  const { family, version } = serverRelease(facts.get('version') ?? '');
  return {
    account: facts.get('account') ?? '',
    grants: new Grants(facts.all('grant')),
    database: fromOctal(facts.get('current') ?? '') ?? '',
    family,
    version,
    isLogged: facts.get('binlog') === '1' && facts.get('trusts') === '0',
    where,
  };
}

/** What of the database must be allowed for a kind of thing to be dropped and made. */
const neededFor: Readonly<Record<string, readonly string[]>> = {
  table: ['CREATE', 'DROP', 'ALTER', 'INSERT', 'SELECT', 'LOCK TABLES'],
  view: ['CREATE VIEW', 'DROP', 'SELECT'],
  trigger: ['TRIGGER'],
  procedure: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  function: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  package: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  'package body': ['CREATE ROUTINE', 'ALTER ROUTINE'],
  event: ['EVENT'],
  sequence: ['CREATE', 'DROP'],
};

/** Which rights of the database are missing to drop and make what the dump has. */
export function missingForRestore(needs: DumpNeeds, user: RestoringUser, dump: string): string[] {
  const { database, account, where } = user;
  const missing = rightsLacking(needs, user);
  if (missing.length === 0) return [];
  return [
    `User '${account}' in ${where} lacks ${missing.join(', ')} on database '${database}', which a restore of ${small(dump)} needs; GRANT ${missing.join(', ')} ON ${name(database)}.* TO ${grantee(account)}`,
  ];
}

export function rightsLacking(
  needs: DumpNeeds,
  { grants, database, family }: Pick<RestoringUser, 'grants' | 'database' | 'family'>,
): string[] {
  const kinds = [...needs.made.keys()];
  const wanted = new Set(kinds.flatMap((kind) => neededFor[kind] ?? []));
  if (needs.alters) wanted.add('ALTER');
  if (family === 'MySQL' && needs.made.has('foreign key')) wanted.add('REFERENCES');
  return [...wanted].filter((right) => !grants.hasOn(database, right));
}

/** Who is named as the definer of something needs a right to be, unless it is the user itself. */
export function definerProblems({ definers }: DumpNeeds, user: RestoringUser, dump: string): string[] {
  const { account, where } = user;
  const others = definers.filter((definer) => definer.account !== account);
  if (others.length === 0) return [];
  const [right, ...alternatives] = definerRights(user);
  if (right === undefined || [right, ...alternatives].some((one) => user.grants.has(one))) return [];
  const described = others.slice(0, 3).map(describe).join(', ');
  const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
  return [
    `${dump} has definers that user '${account}' in ${where} may not name: ${described}${more}; GRANT ${right} ON *.* TO ${grantee(account)}, or restore as one who has it`,
  ];
}

/**
 * MySQL 8.0 and 8.1 have SET_USER_ID, which became SET_ANY_DEFINER in 8.2; since MariaDB 11.0, SUPER does not have SET USER in it.
 * The first is the one to be granted.
 */
function definerRights({ family, version }: RestoringUser): string[] {
  if (family === 'MySQL')
    return isOlder(version, '8.2') ? ['SET_USER_ID', 'SUPER'] : ['SET_ANY_DEFINER', 'SET_USER_ID'];
  if (isOlder(version, '10.5')) return ['SUPER'];
  return isOlder(version, '11.0') ? ['SET USER', 'SUPER'] : ['SET USER'];
}

/** With a binary log, only who has SUPER may make functions and triggers; and nobody a function that says too little. */
export function functionProblems(needs: DumpNeeds, user: RestoringUser, dump: string): string[] {
  const { account, grants, isLogged, where } = user;
  if (!isLogged) return [];
  const { made, undetermined } = needs;
  const kinds = ['function', 'trigger'].filter((kind) => made.has(kind)).map((kind) => `${kind}s`);
  const trust = 'SET GLOBAL log_bin_trust_function_creators = 1';
  if (kinds.length > 0 && !grants.has('SUPER'))
    return [
      `${dump} has ${kinds.join(' and ')}, which user '${account}' in ${where} may not make, as the server writes a binary log; ${trust}, or GRANT SUPER ON *.* TO ${grantee(account)}`,
    ];
  const [first] = undetermined;
  if (first === undefined) return [];
  const others = undetermined.length > 1 ? ` and ${undetermined.length - 1} more` : '';
  return [
    `${dump} has function '${first}'${others}, which says neither DETERMINISTIC nor READS SQL DATA nor NO SQL, so the server in ${where} does not take it while it writes a binary log; ${trust}`,
  ];
}

function describe({ account, count, example }: Definer): string {
  return `${account} of ${example}${count > 1 ? ` and ${count - 1} more` : ''}`;
}

function small(dump: string): string {
  return dump.replace(/^The /, 'the ');
}

/** `app@%` -> `'app'@'%'`. */
export function grantee(account: string): string {
  const at = account.lastIndexOf('@');
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return `${quote(account.slice(0, at))}@${quote(account.slice(at + 1))}`;
}

function name(database: string): string {
  return `\`${database.replaceAll('`', '``')}\``;
}
