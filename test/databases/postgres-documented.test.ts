import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { judgeReplica } from '../../src/databases/judge-replica.ts';
import { judgePostgres } from '../../src/databases/postgres/judge.ts';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { judgeRestore } from '../../src/databases/postgres/restore/judge-restore.ts';
import { postgresSettings } from './settings.ts';

type Said = Readonly<Record<string, readonly string[]>>;

const [, section = ''] = /^## PostgreSQL\n([^]*?)^## /m.exec(
  readFileSync(new URL('../../docs/databases.md', import.meta.url), 'utf8'),
) ?? [''];
/** The first cell of each row of its table, as the beginning and the middle of a sentence. */
const rows = [...section.matchAll(/^\| ([^|]*?) +\|/gm)]
  .map(([, cell = '']) => cell)
  .filter((cell) => !/^-+$|^warning, or refusal$/.test(cell));

const octal = (name: string) =>
  [...Buffer.from(name)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
const facts = (said: Said) => ({
  get: (key: string) => said[key]?.at(-1),
  all: (key: string) => said[key] ?? [],
});
const names = ['shop', 'odd\n'];
const kinds = ['table', 'sequence', 'object', 'rows', 'extension', 'member', 'trigger', 'system', 'passed'];

/** Every sentence that a check or a preparation has for PostgreSQL alone. */
function sentences(): string[] {
  const lacks = [...kinds, 'domain', 'index', 'missing', 'version'].map((kind) => `0 ${kind} 1 public.a`);
  const there = { name: names.map(octal), user: ['app'], closed: ['0 permission denied'] };
  const check = (said: Said) => {
    const { problems, warnings } = judgePostgres(facts(said), postgresSettings(), names, 'pod X');
    return [...problems, ...warnings];
  };
  const server = postgresServer({ ...postgresSettings(), maximumLagSeconds: 1 });
  const replica = (said: Said) => judgeReplica(facts({ replica: ['yes'], ...said }), server, 'pod X');
  const restore = (said: Said, way: 'beside' | 'in-place') =>
    judgeRestore(facts(said), way, 'pod X').warnings;
  return [
    ...check({
      ...there,
      lacks,
      passwords: ['false'],
      creates: ['false'],
      version: ['15.1'],
      tool: ['16.1'],
    }),
    ...check({ version: ['15.1'], tool: ['14.1'] }),
    ...replica({ lag: ['90'] }).problems,
    ...replica({ stalled: ['its replay is paused'] }).warnings,
    ...restore({ slot: ['s'], subscription: ['s'] }, 'beside'),
    ...restore({ locks: ['9 1'], defaults: ['app'] }, 'in-place'),
  ];
}

const isOf = (row: string, said: string) => {
  const parts = row.split('…').map((part) => part.trim());
  let at = 0;
  return parts.every((part) => {
    const found = said.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
};

it('docs/databases.md says what each warning and refusal of PostgreSQL means, and of no other', () => {
  const all = sentences();
  expect(all.filter((said) => !rows.some((row) => isOf(row, said)))).toEqual([]);
  expect(rows.filter((row) => !all.some((said) => isOf(row, said)))).toEqual([]);
});
