import { describe, expect, it } from 'vitest';
import { chooseDatabases } from '../../src/databases/choose-databases.ts';

const octal = (name: string) =>
  Array.from(Buffer.from(name), (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');

function factsOf(current: string, names: readonly string[]) {
  const all: Record<string, readonly string[]> = { version: ['17.2'], current: [current], name: names };
  return { get: (key: string) => all[key]?.at(-1), all: (key: string) => all[key] ?? [] };
}

const facts = factsOf(octal('app'), [octal('app'), octal('shop')]);

describe('the databases to dump', () => {
  it('are the one that the container names, whatever it is', () => {
    const choice = { from: 'container', variable: 'POSTGRES_DB' } as const;
    expect(chooseDatabases(facts, choice, 'pod X')).toEqual({ databases: ['app'], problems: [] });
  });

  it('are those of the list, in its order', () => {
    const choice = { from: 'literal', names: ['shop', 'app'] } as const;
    expect(chooseDatabases(facts, choice, 'pod X')).toEqual({ databases: ['shop', 'app'], problems: [] });
  });

  it('are a problem where one of the list is not there', () => {
    const choice = { from: 'literal', names: ['shop', 'nope'] } as const;
    expect(chooseDatabases(facts, choice, 'pod X').problems).toEqual([
      "There is no database 'nope' in pod X that takes connections",
    ]);
  });

  it('are all that there are', () => {
    expect(chooseDatabases(facts, { from: 'all' }, 'pod X').databases).toEqual(['app', 'shop']);
  });

  it('are a problem where there are none, or a name cannot be read', () => {
    const none = factsOf(octal('template1'), []);
    expect(chooseDatabases(none, { from: 'all' }, 'pod X').problems).toHaveLength(1);
    const unreadable = factsOf(octal('app'), [octal('app'), '\\0377']);
    expect(chooseDatabases(unreadable, { from: 'all' }, 'pod X').problems).toHaveLength(1);
    expect(chooseDatabases(unreadable, { from: 'literal', names: ['app'] }, 'pod X').problems).toEqual([]);
  });

  it('are not looked for where the server refused us', () => {
    const refused = { get: () => undefined, all: () => [] };
    expect(chooseDatabases(refused, { from: 'all' }, 'pod X')).toEqual({ databases: [], problems: [] });
  });
});
