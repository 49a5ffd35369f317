/** What a user may do, by what `SHOW GRANTS` says with the `sql_mode` empty. */
export class Grants {
  readonly #grants: readonly Grant[];

  constructor(lines: readonly string[]) {
    this.#grants = lines.map(parseGrant).filter((grant) => grant !== undefined);
  }

  /** On all databases. */
  has(privilege: string): boolean {
    return this.#allows(privilege, ({ database, table }) => database === '*' && table === '*');
  }

  /** On all of that database. One that was revoked there again does not count. */
  hasOn(database: string, privilege: string): boolean {
    const covers = (grant: Grant): boolean =>
      grant.table === '*' && (grant.database === '*' || matches(grant.database, database));
    return this.#allows(privilege, covers);
  }

  hasOnTable(database: string, table: string, privilege: string): boolean {
    const isIt = (grant: Grant): boolean => grant.database === database && grant.table === table;
    return this.hasOn(database, privilege) || this.#allows(privilege, isIt);
  }

  #allows(privilege: string, covers: (grant: Grant) => boolean): boolean {
    const about = this.#grants.filter(
      (grant) =>
        covers(grant) && grant.privileges.some((name) => name === privilege || name === 'ALL PRIVILEGES'),
    );
    return about.length > 0 && about.every(({ isRevoked }) => !isRevoked);
  }
}

interface Grant {
  readonly isRevoked: boolean;
  readonly privileges: readonly string[];
  /** A pattern: `_` and `%` stand for others unless a backslash is before them. */
  readonly database: string;
  readonly table: string;
}

const name = '\\*|`(?:[^`]|``)*`';
const form = new RegExp(`^(GRANT|REVOKE) ([A-Z_, ]+) ON (${name})\\.(${name}) (?:TO|FROM) `, 's');

/** Undefined for what is no plain privilege: a role, a proxy, a routine, some columns. */
function parseGrant(line: string): Grant | undefined {
  const [, verb, privileges = '', database, table] = form.exec(unescaped(line)) ?? [];
  if (database === undefined || table === undefined) return undefined;
  return {
    isRevoked: verb === 'REVOKE',
    privileges: privileges.split(',').map((privilege) => privilege.trim()),
    database: unquoted(database),
    table: unquoted(table),
  };
}

/** The client writes a backslash as two. */
function unescaped(line: string): string {
  return line.replaceAll(/\\(.)/gs, (_, escaped: string) => escapes.get(escaped) ?? escaped);
}

const escapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['0', '\0'],
]);

function unquoted(text: string): string {
  return text === '*' ? text : text.slice(1, -1).replaceAll('``', '`');
}

function matches(pattern: string, database: string): boolean {
  const parts = pattern.match(/\\.|./gs) ?? [];
  const source = parts.map((part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return RegExp.escape(part.startsWith('\\') && part.length > 1 ? part.slice(1) : part);
  });
  return new RegExp(`^${source.join('')}$`, 'su').test(database);
}
