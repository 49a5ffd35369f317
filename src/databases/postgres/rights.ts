import type { PostgresSettings } from './settings.ts';
import { globalsFile } from '../dump-files.ts';
import type { Facts } from '../../pods/script-output.ts';
import { fromOctal } from '../scripts/octal.ts';

const unreadable: ReadonlySet<string> = new Set(['table', 'sequence', 'object', 'rows']);

/** What pg_dump could not read, said before it tries; one sentence each. */
export function rightsProblems(
  facts: Pick<Facts, 'get' | 'all'>,
  databases: readonly string[],
  where: string,
): string[] {
  const user = facts.get('user') ?? '';
  const there = new Set(facts.all('name').map(fromOctal));
  const closed = facts.all('closed').flatMap((fact) => {
    const [, number, words = fact] = /^(\d+) (.*)$/s.exec(fact) ?? [];
    const database = databases[Number(number)];
    // Of one that is not there, it is said that it is not.
    if (!there.has(database)) return [];
    return [`User '${user}' cannot connect to database '${database}' in ${where}: ${words.trim()}`];
  });
  const lacking = lacks(facts, databases, where).filter(({ kind }) => unreadable.has(kind));
  return [...closed, ...lacking.map(({ kind, isOne, what }) => sentenceOf(kind, user, isOne, what))];
}

/** What this user could not do in a restore, which somebody else may do; one sentence each. */
export function restoreWarnings(
  facts: Pick<Facts, 'get' | 'all'>,
  databases: readonly string[],
  where: string,
): string[] {
  const user = facts.get('user') ?? '';
  const extensions = lacks(facts, databases, where)
    .filter(({ kind }) => kind === 'extension')
    .map(
      ({ isOne, what }) =>
        `Extension${isOne ? '' : 's'} ${what} can be created by a superuser only, so user '${user}' cannot restore its dump; restore it as a superuser`,
    );
  const inPlace =
    facts.get('creates') === 'false'
      ? [
          `User '${user}' in ${where} may not create databases, so it can restore a dump in place only, which is not always possible; give it CREATEDB (alter role ... createdb), or restore as a superuser`,
        ]
      : [];
  return [...extensions, ...inPlace];
}

/** Of a line `lacks=`. */
export interface Lack {
  readonly kind: string;
  readonly isOne: boolean;
  /** The first of them, and where they are. */
  readonly what: string;
}

export function lacks(facts: Pick<Facts, 'all'>, databases: readonly string[], where: string): Lack[] {
  return facts.all('lacks').map((fact) => {
    const [, number, kind = '', count, names = ''] = /^(\d+) (\w+) (\d+) (.*)$/s.exec(fact) ?? [];
    const more = Number(count) > 3 ? ` and ${Number(count) - 3} more` : '';
    const place = `of database '${databases[Number(number)]}' in ${where}`;
    return { kind, isOne: count === '1', what: `${names}${more} ${place}` };
  });
}

function sentenceOf(kind: string, user: string, isOne: boolean, what: string): string {
  switch (kind) {
    case 'rows':
      return `Row security hides rows of ${what} from user '${user}', so pg_dump would refuse; dump as a user with BYPASSRLS`;
    case 'object':
      return `User '${user}' may not read large ${isOne ? 'object' : 'objects'} ${what}; grant SELECT on ${isOne ? 'it' : 'them'}, or dump as the owner`;
    default:
      return `User '${user}' may not read ${kind}${isOne ? '' : 's'} ${what}; grant it the role pg_read_all_data, or USAGE on the schema and SELECT`;
  }
}

/** What will be missing of the globals, though they are dumped. */
export function globalsWarnings(
  facts: Pick<Facts, 'get'>,
  { dumpFile }: Pick<PostgresSettings, 'dumpFile'>,
  where: string,
): string[] {
  const passwords = facts.get('passwords');
  if (passwords === undefined || passwords === 'true') return [];
  return [
    `User '${facts.get('user')}' may not read the passwords of roles in ${where}, so ${globalsFile(dumpFile)} will not have them; dump as a superuser, or set ⟪postgresGlobals⟫=false`,
  ];
}
