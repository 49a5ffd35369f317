import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password } from '../../../scripts/servers/mysql-server.ts';
import { blankMysql, type SharedMysql } from '../../support/servers.ts';
import { fakeFolder } from '../fake-folder.ts';
import { hasPython } from '../script-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { MysqlScene } from './scene.ts';

vi.setConfig({ testTimeout: 240_000 });

const page = readFileSync(new URL('../../../docs/databases.md', import.meta.url), 'utf8');
const block = (language: string, holding: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))]
    .map(([, text = '']) => text)
    .find((text) => text.includes(holding)) ?? '';

let server: SharedMysql;
let scene: MysqlScene;

beforeAll(async () => {
  const blank = await blankMysql();
  if (blank) server = blank;
}, 60_000);

const contents = (database: string) =>
  server.query(
    `select * from v; select trigger_name, definer, database_collation from information_schema.triggers where trigger_schema = database();
     select routine_name, definer, database_collation from information_schema.routines where routine_schema = database();
     select event_name, definer, database_collation from information_schema.events where event_schema = database()`,
    database,
  );

describe.runIf(mysqlPrograms && hasPython)('docs/databases.md', () => {
  beforeEach(() => {
    server.load(
      Buffer.from(`create or replace database shop character set latin1 collate latin1_german1_ci; use shop;
        create table orders (id int primary key); insert into orders values (1), (2);
        create table items (id int primary key, of_order int references orders (id)) with system versioning;
        create sequence numbers_;
        create view v as select id from orders;
        create trigger audit before insert on orders for each row set @a = 1;
        create procedure p() select 1;
        create function f() returns int deterministic return 1;
        create definer = nobody@nowhere event e on schedule every 1 day starts '2030-01-01' disable do set @x = 1;
        alter database shop character set utf8mb4 collate utf8mb4_unicode_ci`),
      'mysql',
    );
    scene = new MysqlScene(server);
  });

  it('names the rights that a dump and its restore need', async () => {
    const grants = block('sql', 'GRANT')
      .split('\n')
      .filter((line) => line.startsWith('GRANT') && !line.includes('-- MySQL'));
    server.query(`create user backup identified by 'sesame'; ${grants.join('\n')}`);
    onTestFinished(() => void server.query('drop user backup'));
    const literal = (value: string) => ({ from: 'literal', value }) as const;
    const backup = { user: literal('backup'), password: literal('sesame') };
    expect(await scene.check({ ...backup, databases: { from: 'all' } })).toMatchObject({
      problems: [],
      warnings: [],
    });
    await scene.dump(backup);
    const before = contents('shop');
    server.query('drop view v; drop trigger audit; drop procedure p; drop function f; drop event e', 'shop');
    await scene.restore(backup);
    expect(contents('shop')).toBe(before);
  });

  it('says how a dump is restored by hand into another database', async () => {
    await scene.dump();
    const before = contents('shop');
    server.query('alter database shop collate utf8mb4_bin; create or replace database other');
    const place = `--no-defaults --host=127.0.0.1 --port=${server.port}`;
    const client = `exec ${mysqlPrograms?.clients ?? ''}/mariadb ${place} "$@"`;
    execFileSync('sh', ['-ec', block('sh', 'sed ')], {
      cwd: dirname(scene.dumpFile),
      env: {
        PATH: `${fakeFolder(temporaryFolder('mysql-'), { mariadb: client })}:${process.env['PATH']}`,
        MYSQL_PWD: password,
      },
    });
    expect(contents('other')).toBe(before);
    expect(server.query('select @@collation_database', 'shop')).toBe('utf8mb4_bin');
  });
});
