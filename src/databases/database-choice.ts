import { hasSecret } from '../core/without-secrets.ts';
import { credential } from '../settings/credential.ts';
import type { Format } from '../settings/setting.ts';

/** Which databases of a server are dumped. */
export type DatabaseChoice =
  /** The one that a variable of the database's container names. */
  | { readonly from: 'container'; readonly variable: string }
  /** These, at least one. */
  | { readonly from: 'literal'; readonly names: readonly string[] }
  | { readonly from: 'all' };

export const databaseChoice: Format<DatabaseChoice> = {
  usage: '<names>',
  parse(text) {
    const parsed = credential.parse(text);
    if ('expected' in parsed) return parsed;
    if (parsed.value.from === 'container') return { value: parsed.value };
    if (hasSecret(text))
      return {
        expected:
          'the name of a database, and no connection string: host, user and password have settings of their own',
      };
    if (text === '*') return { value: { from: 'all' } };
    const names = text.includes(',') ? text.split(',').map((name) => name.trim()) : [text];
    return names.includes('') || new Set(names).size < names.length
      ? { expected: "the name of a database, several with commas between, each once, or '*' for all" }
      : { value: { from: 'literal', names } };
  },
};

/** Of one alone the dump file itself is written; of several, one file each beside it. */
export function isOneDatabase(choice: DatabaseChoice): boolean {
  return choice.from === 'container' || (choice.from === 'literal' && choice.names.length === 1);
}

/** That one. */
export function literalChoice(name: string): DatabaseChoice {
  return { from: 'literal', names: [name] };
}
