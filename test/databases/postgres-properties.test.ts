import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { startPostgres } from '../../scripts/servers/postgres-server.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { blankPostgres, type SharedPostgres } from '../support/servers.ts';
import { EngineScene } from './engine-scene.ts';
import type { EngineServer } from './engine-under-test.ts';
import { canRun } from './script-support.ts';
import { postgresSettings } from './settings.ts';

const properties = `
  alter database shop set search_path = app, public;
  alter role webuser in database shop set work_mem = '8MB';
  revoke connect on database shop from public;
  grant connect on database shop to webuser with grant option;
  alter database shop connection limit 7`;
const comment = "comment on database shop is E'one;\\n\\\\connect \"two\"\\nit''s three'";

/** All that pg_dump says of a database, without lines for psql, which are other ones each time. */
function described(port: number): string {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '--create', 'shop'];
  const env = { ...process.env, PGPASSWORD: password };
  return execFileSync(join(postgresPrograms ?? '', 'pg_dump'), args, { env })
    .toString()
    .replaceAll(/^\\(?:un)?restrict .*$/gm, '');
}

let server: SharedPostgres | undefined;
beforeAll(async () => {
  server = canRun ? await blankPostgres() : undefined;
  for (const sql of [
    'create role app',
    'create role webuser',
    "create database shop owner app encoding 'WIN1252' lc_collate 'C' lc_ctype 'C' template template0",
    properties,
    comment,
  ])
    server?.query(sql);
  server?.query(
    "create schema app; create table app.t as select convert_from('\\x81', 'WIN1252') as word, 1 as n",
    'shop',
  );
});

function openScene(given: Partial<EngineServer> = {}): EngineScene {
  const { port = 0 } = server ?? {};
  const notNeeded = () => {
    throw new Error('this is not needed here');
  };
  const engine: EngineServer = {
    env: { PATH: `${postgresPrograms}:${process.env['PATH']}`, ...given.env },
    administrator: { user: 'postgres', password },
    createDatabase: notNeeded,
    dropDatabase: notNeeded,
    createUser: notNeeded,
    fill: notNeeded,
    fillLarge: notNeeded,
    digest: notNeeded,
    load: notNeeded,
    crash: notNeeded,
    open: ({ dumpFile, databases, user, password: secret }) =>
      postgresServer(postgresSettings({ dumpFile, databases, user, password: secret, port })),
  };
  return new EngineScene(engine);
}

describe.skipIf(!canRun)('what a database has as a whole', { timeout: 60_000 }, () => {
  it('is dumped beside its content, in the words of pg_dump --create', async () => {
    const scene = openScene();
    const dumps = await scene.dumps();
    expect(dumps.map(({ path, database, propertiesOf }) => [basename(path), database, propertiesOf])).toEqual(
      [
        ['dump.sql.gz', 'shop', undefined],
        ['dump.sql.gz.properties.sql', undefined, 'shop'],
        ['dump-globals.sql.gz', undefined, undefined],
      ],
    );
    const statements = (sql: string) =>
      sql
        .split('\n\n')
        .filter((part) =>
          /^(?:ALTER DATABASE|CREATE DATABASE|COMMENT ON DATABASE|REVOKE|GRANT)/.test(part.trim()),
        );
    const whole = statements(described(server?.port ?? 0)).filter((part) => /DATABASE/.test(part));
    const kept = statements(readFileSync(dumps[1]?.path ?? '', 'utf8'));
    expect(kept.length).toBeGreaterThan(4);
    expect(kept).toEqual(whole);
  });

  it('comes back by the lines of docs/restore.md as they stand, with roles and content', async () => {
    const scene = openScene();
    await scene.dumps();
    const [, lines = ''] = /```sh\n(sha256sum[^`]*)```/.exec(readFileSync('docs/restore.md', 'utf8')) ?? [];
    await using other = await startPostgres(postgresPrograms ?? '');
    const env = {
      PATH: `${postgresPrograms}:${process.env['PATH']}`,
      PGHOST: '127.0.0.1',
      PGPORT: String(other.port),
      PGPASSWORD: password,
    };
    execFileSync('sh', ['-ceu', lines], { cwd: scene.folder, env, stdio: 'pipe' });
    expect(described(other.port)).toBe(described(server?.port ?? 0));
  });

  it('and its content are dumped whatever the container has in its environment', async () => {
    const scene = openScene({
      env: {
        PGOPTIONS: '-c search_path=x',
        PGCLIENTENCODING: 'UTF8',
        PGHOSTADDR: '192.0.2.1',
        PGSERVICE: 'no',
        POSIXLY_CORRECT: '1',
        TMPDIR: '/no',
      },
    });
    expect(await scene.dumps()).toHaveLength(3);
  });

  it('is asked for whatever settings the database has', async () => {
    server?.query(`
      alter database shop set standard_conforming_strings = off;
      alter database shop set statement_timeout = '1h';
      alter database shop set default_transaction_read_only = on;
      alter database shop set quote_all_identifiers = on`);
    const { problems, databases } = await openScene().check();
    expect({ problems, databases }).toEqual({ problems: [], databases: ['shop'] });
    server?.query('alter database shop reset all');
    server?.query('alter database shop set search_path = app, public');
  });
});
