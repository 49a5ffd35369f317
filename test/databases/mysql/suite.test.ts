import { createHash } from 'node:crypto';
import { mysqlServer } from '../../../src/databases/mysql/mysql.ts';
import { mysqlPrograms, type MysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password } from '../../../scripts/servers/mysql-server.ts';
import { blankMysql } from '../../support/servers.ts';
import { engineSuite } from '../engine-suite.ts';
import type { EngineServer } from '../engine-under-test.ts';
import { mysqlSettings } from './settings.ts';

const name = (text: string) => `\`${text.replaceAll('`', '``')}\``;
const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

const odd = name(`o'dd "na\`me\\ ö-`);

/**
 * Definers that are gone,  text that quotes itself, values of every kind that dumps have stumbled over. No characters
 * of four bytes in an enumeration: MariaDB itself shows them as question marks (SHOW CREATE TABLE).
 */
const everything = `
  set sql_mode = '', names utf8mb4;
  create table ${odd} (
    id int auto_increment primary key, base_ int, body text, raw longblob, doc json, born date, at timestamp null,
    amount decimal(20, 4), flags bit(9), point_ point, kind enum('a', 'it''s', 'ö数'), \`select\` varchar(10) default 'a;''b',
    doubled int generated always as (base_ * 2) stored, shown varchar(40) generated always as (concat('<', base_, '>')) virtual,
    unique key (\`select\`, id), constraint positive check (base_ > 0)
  ) character set utf8mb4 comment 'it''s; 🐘\\\\';
  insert into ${odd} (base_, body, raw, doc, born, at, amount, flags, point_, kind)
    with recursive numbers as (select 1 as i union all select i + 1 from numbers where i < 300)
    select i, concat('🐘 ', i, ' \\t\\n\\r\\0\\Z''"\\\\ -- /* ', sha2(i, 256)), unhex(concat('00ff0a0d27', sha2(i, 512))),
      json_object('a', i, 'ü', 'it''s "🐘"'), if(i % 2, '0000-00-00', '2026-02-28'), if(i % 3, null, '2026-03-29 01:30:00'),
      -i / 7, i % 512, point(i, -i), 'ö数' from numbers;
  create table child (id int, parent int, foreign key (parent) references ${odd} (id) on delete cascade);
  insert into child values (1, 1), (2, null);
  create table bystander (id int) engine = myisam;
  create table ledger (id int primary key, of_child int);
  create trigger \`tr'ig\` after insert on child for each row
    insert into ledger values (new.id, ';') on duplicate key update of_child = 1;
  create sql security definer view \`v'iew\` as select id, body from ${odd};
  create sql security invoker view second_ as select * from child;
  create sql security invoker view first as select count(*) as many from second_; 
  create function \`fu'nc\`(a int) returns text deterministic return concat('it''s; ', a, '🐘');
  create procedure proc_ (in a int) comment 'x' begin declare b text default '; -- '; if a then select b; end if; end;
  create event \`ev'ent\` on schedule every 1 day starts '2030-01-01 00:00:00' disable
    comment '🐘' do insert into ledger values (1, 2);
  create sequence numbers_ start with 7;
`;

const questions = [
  `select id, base_, body, hex(raw), doc, born, at, amount, flags + 0, st_astext(point_), kind, \`select\`, doubled, shown from ${odd} order by id`,
  'select * from child order by id',
  'select * from ledger order by id',
  'select next_not_cached_value from numbers_',
  'select table_name, table_type, engine, table_collation, table_comment, create_options from information_schema.tables where table_schema = database() order by 1',
  'select table_name, column_name, column_type, column_default, is_nullable, extra, generation_expression from information_schema.columns where table_schema = database() order by 1, 2',
  "select table_name, replace(view_definition, concat('`', replace(database(), '`', '``'), '`.'), ''), definer, security_type from information_schema.views where table_schema = database() order by 1",
  'select trigger_name, action_statement, action_timing, definer, sql_mode from information_schema.triggers where trigger_schema = database() order by 1',
  'select routine_name, routine_definition, definer, routine_comment, sql_mode from information_schema.routines where routine_schema = database() order by 1',
  'select event_name, event_definition, definer, status, starts, event_comment from information_schema.events where event_schema = database() order by 1',
  'select constraint_name, table_name, constraint_type from information_schema.table_constraints where constraint_schema = database() order by 1, 2',
];

async function start(programs: MysqlPrograms): Promise<EngineServer> {
  const server = await blankMysql();
  if (!server) throw new Error('there is no MariaDB');
  const { port } = server;
  return {
    env: {
      PATH: `${programs.clients}:${process.env['PATH']}`,
      TEST_USER: 'root',
      TEST_PASSWORD: password,
      TEST_DB: 'shop',
    },
    administrator: { user: 'root', password },
    createDatabase: (database) => void server.query(`create database ${name(database)}`),
    dropDatabase: (database) => void server.query(`drop database ${name(database)}`),
    createUser: (user, secret) =>
      void server.query(
        `create user ${quoted(user)} identified by ${quoted(secret)}; grant select, show view, trigger, event on *.* to ${quoted(user)}`,
      ),
    fill: (database) => server.load(Buffer.from(`delimiter $$\n${everything}$$\n`), database),
    fillLarge: (database, megabytes) =>
      void server.query(
        `create table rows_ as select sha2(seq, 256) as body from seq_1_to_${megabytes * 15_000}`,
        database,
      ),
    digest: (database) => {
      const answers = server.query(questions.join('; '), database);
      return createHash('sha256').update(answers).digest('hex');
    },
    load: (sql, database) => server.load(sql, database),
    crash: () => server.restart(),
    open: (wish) => mysqlServer(mysqlSettings({ port, ...wish })),
  };
}

const programs = mysqlPrograms;
engineSuite({
  engine: 'mysql',
  tool: 'mariadb-dump',
  start: programs && (() => start(programs)),
  // With a quote or a backslash in the name of the database, mariadb-dump does not find it any more once there is an
  // event in it (10.5 to 11.8).
  hostileNames: ['a/b..%2F', ' sp ace', '$(id)`id`;*', 'größe-数据', 'a=b', '-rf', '#mysql50'],
  hostileUsers: [
    { user: `us'er "$(id)\`\\`, password: 'a=b' },
    { user: '-U', password: ' p\'"\\$(id)`#%' },
  ],
});
