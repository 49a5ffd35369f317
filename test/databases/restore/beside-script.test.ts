import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canRun, shells } from '../script-support.ts';
import { exhaustively, sampled } from '../../support/exhaustive.ts';
import { count, failure, open, openWithDump, startServer } from './restore-support.ts';

beforeAll(startServer);

describe.skipIf(!canRun)('a restore beside', { timeout: 60_000 }, () => {
  test.each(sampled(shells, 1))(
    'takes the place of the old database, which stays, with $name',
    async ({ shell }) => {
      const scene = openWithDump();
      const kept = await scene.restore({}, { shell });
      expect(kept).toMatch(new RegExp(`^${scene.database}_before_20261120t\\d{6}$`));
      expect([count(scene), count(scene, kept), scene.others()]).toEqual(['3', '1', [kept]]);
    },
  );

  const names = [
    `o'dd "name"\\`,
    'größe-数据',
    "postgresql:///x?y='",
    '$(id)`id`;* :scratch',
    'a=b',
    '-rf',
    'Order',
    'ü'.repeat(31),
    'museum.of.all_that_is_as_long_as_the_name_of_a_database_may_be_',
  ];
  exhaustively.test.each(sampled(names, 1))('takes the place of a database %j', async (name) => {
    const scene = open('', name);
    scene.query('create table t (id int); insert into t values (1)');
    scene.dump();
    scene.query('delete from t');
    const kept = await scene.restore();
    expect(Buffer.byteLength(kept ?? '')).toBeLessThan(64);
    expect([count(scene), count(scene, kept), scene.others()]).toEqual(['1', '0', [kept]]);
  });

  exhaustively.test('can drop the old database in the end', async () => {
    const scene = openWithDump();
    expect(await scene.restore({ dropsOld: true })).toBe(undefined);
    expect([count(scene), scene.others()]).toEqual(['3', []]);
  });

  exhaustively.test('gives the new database all that the old one has as a whole', async () => {
    const scene = open("owner app encoding 'WIN1252' lc_collate 'C' lc_ctype 'C' template template0");
    const name = scene.database;
    scene.query(`
      alter database ${name} set search_path = app, public;
      alter database ${name} set timezone = 'Europe/Vienna';
      alter role webuser in database ${name} set work_mem = '8MB';
      revoke connect on database ${name} from public;
      grant connect on database ${name} to webuser with grant option;
      alter database ${name} connection limit 7`);
    scene.query(`comment on database ${name} is E'one;\\n\\\\connect "two"\\n-- it''s größe'`);
    scene.dump();
    const properties = ['--create', '--schema-only'];
    const without = (sql: string) => sql.replaceAll(/^\\.*$/gm, '');
    const before = without(scene.pgDump(...properties));
    await scene.restore();
    expect(without(scene.pgDump(...properties))).toBe(before);
  });

  exhaustively.test('takes over what the file of properties beside the dump says', async () => {
    const scene = openWithDump();
    scene.query(`alter database ${scene.database} owner to app`);
    const sql = scene.pgDump('--create', '--schema-only', '--schema=*', '--exclude-schema=*');
    scene.write(Buffer.from(sql), `${scene.dumpFile}.properties.sql`);
    scene.query(`alter database ${scene.database} owner to postgres`);
    await scene.restore();
    const owner = `select datdba::regrole from pg_database where datname = current_database()`;
    expect(scene.query(owner)).toBe('app');
  });

  exhaustively.test('and nothing that such a file says of roles and of other databases', async () => {
    const [scene, other] = [openWithDump(), open()];
    scene.query('create role climber');
    onTestFinished(() => {
      for (const name of [scene.database, ...scene.others()]) other.query(`drop database ${name}`);
      other.query('drop role climber');
    });
    scene.query(`alter role climber in database ${scene.database} set work_mem = '77MB'`);
    scene.query(`grant create on database ${scene.database} to climber`);
    const properties = scene.pgDump('--create', '--schema-only', '--schema=*', '--exclude-schema=*');
    const more = `ALTER ROLE climber SUPERUSER;
      GRANT pg_read_all_data TO climber;
      GRANT ALL ON DATABASE ${other.database} TO climber;
      GRANT CREATE ON DATABASE ${scene.database}, ${other.database} TO climber;
      ALTER DATABASE ${other.database} CONNECTION LIMIT 7;
      ALTER ROLE climber IN DATABASE ${other.database} SET work_mem = '1MB';`;
    const sql = properties.replace('-- PostgreSQL database dump complete', `${more}\n$&`);
    scene.write(Buffer.from(sql), `${scene.dumpFile}.properties.sql`);
    await scene.restore();
    expect(
      scene.query(
        `select rolsuper, pg_has_role('climber', 'pg_read_all_data', 'member'), has_database_privilege('climber', '${other.database}', 'create'),
          (select datconnlimit from pg_database where datname = '${other.database}'),
          has_database_privilege('climber', current_database(), 'create'),
          (select array_agg(setconfig::text) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
            where setrole = 'climber'::regrole and datname in (current_database(), '${other.database}'))
         from pg_roles where rolname = 'climber'`,
      ),
    ).toBe('f|f|f|-1|t|{"{work_mem=77MB}"}');
  });

  exhaustively.test(
    'and not what another database has, which a file of properties names as the template',
    async () => {
      const [scene, other] = [openWithDump(), open()];
      other.query('create table secrets (id int)');
      const sql = scene.pgDump('--create', '--schema-only', '--schema=*', '--exclude-schema=*');
      const forged = sql.replace('TEMPLATE = template0', `TEMPLATE = "${other.database}"`);
      expect(forged).not.toBe(sql);
      scene.write(Buffer.from(forged), `${scene.dumpFile}.properties.sql`);
      await scene.restore();
      expect([count(scene), scene.query("select to_regclass('secrets')")]).toEqual(['3', '']);
    },
  );

  exhaustively.test('and not what a file of properties says of another database', async () => {
    const [scene, other] = [openWithDump(), open()];
    scene.query(`alter database ${other.database} connection limit 1`);
    const sql = other.pgDump('--create', '--schema-only', '--schema=*', '--exclude-schema=*');
    scene.write(Buffer.from(sql), `${scene.dumpFile}.properties.sql`);
    await scene.restore();
    const limit = 'select datconnlimit from pg_database where datname = current_database()';
    expect([count(scene), scene.query(limit)]).toEqual(['3', '-1']);
  });

  test('brings a partitioned table with a primary key back, which the way in place cannot', async () => {
    const scene = open();
    scene.query(`
      create table t (id int, at date, primary key (id, at)) partition by range (at);
      create table t_1 partition of t for values from ('2026-01-01') to ('2027-01-01');
      insert into t values (1, '2026-11-30'), (2, '2026-12-01')`);
    scene.dump();
    scene.query('delete from t');
    await expect(scene.restore({ way: 'in-place' })).rejects.toMatchObject(
      failure('cannot drop inherited constraint'),
    );
    await scene.restore();
    expect(count(scene)).toBe('2');
  });
});
