import { beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../script-support.ts';
import { rejectionOf } from '../../kube/fixtures.ts';
import type { RestoreScene } from './restore-scene.ts';
import { open, openWithDump, startServer } from './restore-support.ts';
import { exhaustively } from '../../support/exhaustive.ts';

beforeAll(startServer);

describe.skipIf(!canRun)('a restore beside is refused, and nothing changed', { timeout: 60_000 }, () => {
  /** Why, and what is left of it. */
  const refusal = async (scene: RestoreScene, user: string) => {
    const error = await rejectionOf(scene.restore({}, { user }));
    expect(error).toMatchObject({ reason: 'preflight' });
    expect(scene.others()).toEqual([]);
    return error instanceof Error ? error.message : '';
  };

  test('to a user who may not create databases', async () => {
    const scene = open('owner plain');
    scene.dump();
    expect(await refusal(scene, 'plain')).toMatch(
      /User 'plain' .* may not create databases; give it CREATEDB .*⟪inPlace⟫/,
    );
  });

  exhaustively.test('to a user whom the database does not belong to', async () => {
    const scene = openWithDump();
    expect(await refusal(scene, 'app')).toMatch(
      /User 'app' .* may not rename the database, which belongs to 'postgres'/,
    );
  });

  exhaustively.test('to a user who may not give a new one the settings of the old one', async () => {
    const scene = open('owner app');
    scene.query(`alter database ${scene.database} set log_statement = 'all'`);
    scene.dump();
    expect(await refusal(scene, 'app')).toMatch(
      /properties of the old one \(.*permission denied to set parameter "log_statement"/,
    );
  });

  test('when an extension can be created by a superuser only', async () => {
    const scene = open('owner app');
    scene.query('create extension dblink');
    scene.dump();
    expect(await refusal(scene, 'app')).toMatch(
      /Extension 'dblink', which the dump needs, can be created by a superuser only/,
    );
  });

  exhaustively.test('when an extension is not installed', async () => {
    const scene = openWithDump((sql) =>
      sql.replace('CREATE TABLE', 'CREATE EXTENSION IF NOT EXISTS "no-such";\nCREATE TABLE'),
    );
    expect(await refusal(scene, 'postgres')).toMatch(
      /Extension 'no-such', which the dump needs, is not installed/,
    );
  });

  exhaustively.test('when a role of the dump is not there', async () => {
    const scene = openWithDump((sql) => sql.replaceAll('OWNER TO postgres', 'OWNER TO "some body"'));
    expect(await refusal(scene, 'postgres')).toMatch(/no role 'some body' .* restore the roles first/);
  });

  exhaustively.test('when objects belong to a role that the user is not a member of', async () => {
    const scene = open('owner app');
    scene.query('create table t (id int)');
    scene.dump();
    expect(await refusal(scene, 'app')).toMatch(
      /belong to role 'postgres', of which user 'app' .* is not a member/,
    );
  });

  test('when sessions use it that the user may not end', async () => {
    const scene = open('owner app');
    scene.dump();
    await using _session = await scene.session();
    expect(await refusal(scene, 'app')).toMatch(
      /Sessions of 'postgres' use the database .* user 'app' may not end them/,
    );
  });
});
