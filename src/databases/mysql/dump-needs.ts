import { shown } from '../../core/quoted.ts';
import type { Facts } from '../../pods/script-output.ts';

/** What a dump asks of the server that it is restored to; see `readProgram`, whose facts these are. */
export interface DumpNeeds {
  readonly longest: { readonly bytes: number; readonly line: number };
  /** How many of each kind it makes: `table`, `trigger`, `foreign key`. */
  readonly made: ReadonlyMap<string, number>;
  readonly definers: readonly Definer[];
  /** Functions that do not say whether they are deterministic. */
  readonly undetermined: readonly string[];
  /** Whether it turns a database to another collation. */
  readonly alters: boolean;
  /** Databases that it names besides the one that it is restored to. */
  readonly within: readonly { readonly database: string; readonly line: number }[];
  /** Databases that the default of a column, or a view, has in it. */
  readonly spelled: readonly { readonly database: string; readonly line: number }[];
  /** Statements that go to another database, and such that change the server. */
  readonly elsewhere: readonly Statement[];
  readonly global: readonly Statement[];
  /** What the client would obey itself, and statements of forms that the tools do not write. */
  readonly commands: readonly Statement[];
  readonly unusual: readonly Statement[];
}

export interface Definer {
  /** `app@%`, as `current_user()` has it; a role has no host. */
  readonly account: string;
  /** How many things it defines. */
  readonly count: number;
  /** The first of them: `trigger 'audit'`. */
  readonly example: string;
}

export interface Statement {
  readonly line: number;
  readonly words: string;
}

export function dumpNeeds(facts: Pick<Facts, 'get' | 'all'>): DumpNeeds {
  const [bytes = 0, line = 0] = (facts.get('longest') ?? '').split('\t').map(Number);
  const rows = (key: string): string[][] => facts.all(key).map((fact) => fact.split('\t'));
  const named = (key: string) =>
    rows(key).map(([name = '', number = '']) => ({ database: unquoted(name), line: Number(number) }));
  const statements = (key: string): Statement[] =>
    rows(key).map(([number = '', words = '']) => ({ line: Number(number), words }));
  return {
    longest: { bytes, line },
    made: new Map(rows('made').map(([kind = '', count = '']) => [kind, Number(count)])),
    definers: rows('definer').map(([count = '', account = '', kind = '', name = '']) => ({
      account: unquoted(account),
      count: Number(count),
      example: `${kind} '${unquoted(name)}'`,
    })),
    undetermined: facts.all('undetermined').map(unquoted),
    alters: facts.all('altered').length > 0,
    within: named('within'),
    spelled: named('spelled'),
    elsewhere: statements('elsewhere'),
    global: statements('global'),
    commands: statements('command'),
    unusual: statements('unusual'),
  };
}

/** Of an account or a name, what stands between quotes of any kind, each part by itself. */
function unquoted(text: string): string {
  return text.replaceAll(/`((?:[^`]|``)*)`|"((?:[^"]|"")*)"|'((?:[^']|'')*)'/g, (...found: unknown[]) => {
    const [, name, double, single] = found.map((part) => (typeof part === 'string' ? part : undefined));
    return (
      name?.replaceAll('``', '`') ?? double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? ''
    );
  });
}

/** For a sentence: the first of them. */
export function few(statements: readonly Statement[]): string {
  const [first] = statements;
  const others = statements.length > 1 ? `, and ${statements.length - 1} more` : '';
  return `line ${first?.line}: ${shown(first?.words ?? '')}${others}`;
}
