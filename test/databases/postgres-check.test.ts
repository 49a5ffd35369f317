import { beforeAll, describe, expect, it } from 'vitest';
import { checkServer } from '../../src/databases/check-server.ts';
import type { DatabaseCheck } from '../../src/databases/database.ts';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import type { PostgresSettings } from '../../src/databases/postgres/settings.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { execHere } from './local-exec.ts';
import { fakeFolder } from './fake-folder.ts';
import { canRun, inContainer, shells, useServer } from './script-support.ts';
import { postgresSettings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { server } = useServer();
const container = { namespace: 'shop', pod: 'db-1', container: 'postgres' };
const where = "container 'postgres' of pod 'db-1' in namespace 'shop'";

interface Given extends Partial<PostgresSettings> {
  /** Shell scripts that stand first in PATH, by program. */
  readonly fakes?: Readonly<Record<string, string>>;
}

function check({ fakes = {}, ...settings }: Given = {}): Promise<DatabaseCheck> {
  const folder = temporaryFolder('check-');
  const kube = new FakeKube();
  const programs = postgresPrograms ?? '';
  const env = {
    ...inContainer,
    SHLVL: '2',
    PROGRAMS: programs,
    PATH: `${fakeFolder(folder, fakes)}:${programs}:${process.env['PATH']}`,
  };
  kube.onExec = (options) => execHere(options, { shell: shells[0]?.shell ?? ['sh'], env });
  const dumpFile = `${folder}/dump.sql.gz`;
  const all = postgresSettings({ dumpFile, port: server().port, ...settings });
  return checkServer(postgresServer(all), container, 100, testContext(kube));
}

/** A role that may read nothing but what the tables below grant. */
const weak = {
  user: { from: 'literal', value: 'weak' },
  password: { from: 'literal', value: 'sesame' },
} as const;

describe.skipIf(!canRun)('the check of PostgreSQL', () => {
  beforeAll(() => {
    if (!canRun) return;
    server().query(`
      create role weak login password 'sesame';
      create role reader login password 'sesame' in role pg_read_all_data;
      create role owner login password 'sesame' in role pg_read_all_data`);
    server().query(
      `create table t1 (); create table t2 (); create table t3 (); create table t4 (); create table "t\n5" ();
       create table open (id serial); grant select on open to weak;
       create schema hidden; create table hidden.open (); grant select on hidden.open to weak;
       create table guarded (); alter table guarded enable row level security;
       alter table guarded owner to owner;
       create extension hstore;
       select lo_from_bytea(4711, 'x');
       select lo_from_bytea(4712, 'x'); grant select on large object 4712 to public`,
      'shop',
    );
  });

  it('tells versions and databases', async () => {
    const version = server().query('show server_version').trim();
    expect(await check()).toMatchObject({
      problems: [],
      warnings: [],
      version,
      toolVersion: expect.stringMatching(/^\d+\.\d+/) as string,
      databases: ['shop'],
    });
    expect((await check({ databases: { from: 'all' } })).databases).toEqual(['postgres', 'shop']);
  });

  it('names what the user may not read, the first of each kind and how many more', async () => {
    const { problems } = await check(weak);
    expect(problems).toEqual([
      `User 'weak' may not read large object 4711 of database 'shop' in ${where}; grant SELECT on it, or dump as the owner`,
      expect.stringContaining('Row security hides rows of public.guarded'),
      `User 'weak' may not read sequence public.open_id_seq of database 'shop' in ${where}; grant it the role pg_read_all_data, or USAGE on the schema and SELECT`,
      `User 'weak' may not read tables hidden.open, public."t?5", public.guarded and 4 more of database 'shop' in ${where}; grant it the role pg_read_all_data, or USAGE on the schema and SELECT`,
    ]);
  });

  it('says where row security would hide rows, but not from the owner of a table', async () => {
    const reader = { ...weak, user: { from: 'literal', value: 'reader' } } as const;
    const { problems } = await check(reader);
    expect(problems).toEqual([
      expect.stringContaining("User 'reader' may not read large object 4711"),
      `Row security hides rows of public.guarded of database 'shop' in ${where} from user 'reader', so pg_dump would refuse; dump as a user with BYPASSRLS`,
    ]);
    const owner = { ...weak, user: { from: 'literal', value: 'owner' } } as const;
    expect((await check(owner)).problems).toEqual([expect.stringContaining('large object 4711')]);
  });

  it('asks each database of several', async () => {
    const { problems } = await check({
      ...weak,
      databases: { from: 'literal', names: ['postgres', 'shop'] },
    });
    expect(problems).toHaveLength(4);
    for (const problem of problems) expect(problem).toContain("of database 'shop'");
  });

  it('says which database the user may not connect to', async () => {
    server().query('create database closed; ');
    server().query('revoke connect on database closed from public');
    const { problems } = await check({
      ...weak,
      databases: { from: 'literal', names: ['postgres', 'closed'] },
    });
    server().query('drop database closed');
    expect(problems).toEqual([
      expect.stringMatching(/^User 'weak' cannot connect to database 'closed' in .*permission denied/),
    ]);
  });

  it('warns that the globals will be without passwords, and not without globals', async () => {
    const postgresOnly = { ...weak, databases: { from: 'literal', names: ['postgres'] } } as const;
    const checked = await check(postgresOnly);
    expect(checked.problems).toEqual([]);
    const isOfGlobals = (warning: string) =>
      /^User 'weak' may not read the passwords of roles in .*dump-globals\.sql\.gz/.test(warning);
    expect(checked.warnings.filter(isOfGlobals)).toHaveLength(1);
    const without = await check({ ...postgresOnly, globals: false });
    expect(without.warnings.filter(isOfGlobals)).toEqual([]);
  });

  it('warns of what the user who dumps could not do in a restore', async () => {
    server().query('create extension dblink', 'postgres');
    const names = { databases: { from: 'literal', names: ['postgres'] }, globals: false } as const;
    const { problems, warnings } = await check({ ...weak, ...names });
    const ofSuperuser = await check(names);
    server().query('drop extension dblink', 'postgres');
    expect({ problems, warnings }).toEqual({
      problems: [],
      warnings: [
        `Extension dblink of database 'postgres' in ${where} can be created by a superuser only, so user 'weak' cannot restore its dump; restore it as a superuser`,
        expect.stringMatching(
          /^User 'weak' in .* may not create databases, so it can restore a dump in place only/,
        ),
      ],
    });
    expect(ofSuperuser.warnings).toEqual([]);
  });

  it('warns of what a dump does not have, or a restore cannot give back, each with its name', async () => {
    for (const made of ['role passer', 'database odd']) server().query(`create ${made}`);
    server().query(
      `create extension ltree; create table given ();
       create table referred (a int primary key); create table refers (a int constraint k references referred);
       alter table refers disable trigger all;
       create function pg_catalog.ours() returns int language sql as 'select 1'; create view information_schema."o""urs" as select 1 as a;
       create schema shut; grant usage on schema shut to passer; create table shut.passed (a int, b int);
       grant select on shut.passed to passer with grant option; grant update (b) on shut.passed to passer with grant option;
       set role passer; grant select on shut.passed to public; grant update (b) on shut.passed to public; reset role;
       revoke usage on schema shut from passer;
       create domain late as text; alter domain late add constraint later check (value <> 'x') not valid;
       create extension citext version '1.5'`,
      'odd',
    );
    server().query('alter extension ltree add table given', 'odd');
    server().query('create table doubled (a int); insert into doubled values (1), (1)', 'odd');
    expect(() => server().query('create unique index concurrently doubled_a on doubled (a)', 'odd')).toThrow(
      'could not create unique index',
    );
    const { problems, warnings } = await check({ databases: { from: 'literal', names: ['odd'] } });
    server().query('drop database odd');
    server().query('drop role passer');
    const place = `of database 'odd' in ${where}`;
    const starts = [
      `A restore by hand ends at constraint later of public.late ${place}, as`,
      `Index public.doubled_a ${place} is not valid, and not dumped; `,
      `The rows of table public.given (ltree) ${place} are not dumped, as it was given to an extension; `,
      `Rights on shut.passed ${place} were passed on by a role that may not use the schema any more, `,
      `information_schema."o""urs", pg_catalog.ours ${place} are not dumped, as nothing in a schema of the system is; `,
      `The triggers of constraint k of public.refers ${place} are switched off, `,
      `Extension citext 1.5 ${place} will come back in another version, `,
    ];
    expect(problems).toEqual([]);
    expect(warnings).toEqual(starts.map((start) => expect.stringContaining(start) as string));
  });

  it('warns of a pg_dump whose dumps the server may not understand', async () => {
    const { problems, warnings } = await check({
      fakes: { pg_dump: 'echo "pg_dump (PostgreSQL) 99.1 (Debian 99.1-1)"' },
    });
    expect({ problems, warnings }).toEqual({
      problems: [],
      warnings: [expect.stringMatching(/^The pg_dump in .* is of version 99\.1 .*psql may stop/)],
    });
  });

  it('refuses a pg_dump that is older than the server', async () => {
    const { problems } = await check({
      fakes: { pg_dump: 'echo "pg_dump (PostgreSQL) 12.22 (Debian 12.22-1)"' },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^The pg_dump in .* is of version 12\.22 .* cannot dump a server of version \d+/),
    ]);
    expect((await check({ fakes: { pg_dump: 'echo "pg_dump (PostgreSQL) 99devel"' } })).problems).toEqual([]);
  });
});
