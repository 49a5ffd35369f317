import type { DatabaseChoice } from './database-choice.ts';
import { asArguments } from './run-script.ts';
import type { Facts } from '../pods/script-output.ts';
import { fromOctal } from './scripts/octal.ts';

/** What a check script is told of the choice: its kind, then the variable, or the name of each. */
export function choiceArguments(choice: DatabaseChoice): [kind: string, ...values: string[]] {
  switch (choice.from) {
    case 'container':
      return asArguments(choice);
    case 'literal':
      return ['literal', ...choice.names];
    case 'all':
      return ['all', ''];
  }
}

/**
 * The databases to dump, by what a check said of the server: `name=` of each that is there, and `current=` of the one
 * that it is connected to, both in octal. None, and no problem, where the server refused us.
 */
export function chooseDatabases(
  facts: Pick<Facts, 'get' | 'all'>,
  choice: DatabaseChoice,
  where: string,
): { readonly databases: readonly string[]; readonly problems: readonly string[] } {
  if (facts.get('version') === undefined) return { databases: [], problems: [] };
  const current = fromOctal(facts.get('current') ?? '');
  const there = facts.all('name').map(fromOctal);
  const names = there.filter((name) => name !== undefined);
  const unreadable = problem(`A database in ${where} has a name that is not UTF-8; rename it`);
  switch (choice.from) {
    case 'container':
      return current === undefined ? unreadable : { databases: [current], problems: [] };
    case 'all':
      if (names.length < there.length) return unreadable;
      return names.length > 0
        ? { databases: names, problems: [] }
        : problem(`There is no database in ${where} that is not a template and takes connections`);
    case 'literal':
      return chooseNamed(choice.names, new Set([...names, current ?? '']), where);
  }
}

function chooseNamed(wanted: readonly string[], there: ReadonlySet<string>, where: string) {
  const missing = wanted.filter((name) => !there.has(name));
  const problems = missing.map((name) => `There is no database '${name}' in ${where} that takes connections`);
  return { databases: wanted, problems };
}

function problem(sentence: string) {
  return { databases: [], problems: [sentence] };
}
