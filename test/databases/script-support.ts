import { spawnSync } from 'node:child_process';
import { beforeAll, expect } from 'vitest';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { blankPostgres, type SharedPostgres } from '../support/servers.ts';
import { ScriptCase, type Given } from './script-case.ts';
import { hasPython, type ScriptEnd } from './script-process.ts';

/** Whether the scripts can be run for real; says what is missing where they cannot. */
export const canRun = postgresPrograms !== undefined && hasPython;
if (!canRun) {
  console.warn(
    'The scripts are not tested: they need PostgreSQL and python3 (apt-get install postgresql python3)',
  );
}

/** The shells of this machine that database images have as `sh`, or may have. */
export const shells = ['dash', 'bash --posix', 'busybox sh']
  .map((name) => ({ name, shell: name.split(' ') }))
  .filter(({ shell: [program = '', ...options] }) => spawnSync(program, [...options, '-c', '']).status === 0);

/** What the container of the database has in its environment. */
export const inContainer = {
  POSTGRES_USER: 'postgres',
  POSTGRES_PASSWORD: password,
  POSTGRES_DB: 'shop',
};

export type MakeCase = (given?: Partial<Given>) => ScriptCase;

/** A server with an empty database `shop` for the tests of a file. */
export function useServer(): { readonly server: () => SharedPostgres; readonly scriptCase: MakeCase } {
  let started: SharedPostgres | undefined;
  const server = (): SharedPostgres => {
    if (!started) throw new Error('the server has not been started');
    return started;
  };
  beforeAll(async () => {
    if (!canRun) return;
    started = await blankPostgres();
    started?.query('create database shop');
  }, 60_000);
  const fixed = { shell: shells[0]?.shell ?? ['sh'], programs: postgresPrograms ?? '', env: inContainer };
  return { server, scriptCase: (given = {}) => new ScriptCase({ ...fixed, port: server().port, ...given }) };
}

/** PostgreSQL as process 1 restarts itself when a stranger that falls to it ends by a signal, or with 2 and above. */
export function expectNothingLeft(end: ScriptEnd): void {
  expect(end.left).toEqual([]);
  expect(end.orphans.filter((code) => code !== 0 && code !== 1)).toEqual([]);
}
