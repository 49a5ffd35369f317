import { expect, test } from 'vitest';
import { dumpNeeds } from '../../../src/databases/mysql/dump-needs.ts';
import { Facts } from '../../../src/pods/script-output.ts';

const definerOf = (account: string, name: string) => {
  const facts = new Facts();
  facts.end(`definer=2\t${account}\tview\t${name}\nend\n`);
  return dumpNeeds(facts).definers[0];
};

test.each([
  ['`app`@`%`', '`v`', 'app@%', 'v'],
  ['"app"@"%"', '"v"', 'app@%', 'v'],
  ["'app'@'%'", "'v'", 'app@%', 'v'],
  ['`a``p`@`10.%`', '`v``w`', 'a`p@10.%', 'v`w'],
  ['"a""p"@localhost', '"v""w"', 'a"p@localhost', 'v"w'],
  ["'a''p'@localhost", "'v''w'", "a'p@localhost", "v'w"],
  ['``@`%`', '``', '@%', ''],
])('the definer %s of %s is read as the server has it', (account, name, read, example) => {
  expect(definerOf(account, name)).toEqual({ account: read, count: 2, example: `view '${example}'` });
});
