import { expect } from 'vitest';
import { password } from '../../../scripts/servers/postgres-server.ts';
import { blankPostgres, type SharedPostgres } from '../../support/servers.ts';
import { canRun } from '../script-support.ts';
import { RestoreScene } from './restore-scene.ts';

let server: SharedPostgres | undefined;

/** With roles `app`, which may create databases, `plain` and `webuser`. For `beforeAll`. */
export async function startServer(): Promise<void> {
  server = canRun ? await blankPostgres() : undefined;
  server?.query(`create role app login createdb password ${literal(password)}`);
  server?.query(`create role plain login password ${literal(password)}`);
  server?.query('create role webuser');
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An empty database, with these words behind CREATE DATABASE. */
export function open(creation = '', name?: string): RestoreScene {
  if (!server) throw new Error('there is no PostgreSQL');
  return new RestoreScene(server, creation, name);
}

/** With 3 rows in its dump, and 1 by now. */
export function openWithDump(change?: (sql: string) => string): RestoreScene {
  const scene = open();
  scene.query('create table t (id int primary key); insert into t values (1), (2), (3)');
  scene.dump(change);
  scene.query('delete from t where id > 1');
  return scene;
}

export const count = (scene: RestoreScene, database?: string) =>
  scene.query('select count(*) from t', database);

/** Of an error. */
export const failure = (message: RegExp | string) => ({
  message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
});
