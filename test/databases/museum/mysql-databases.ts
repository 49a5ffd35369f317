import { exhibit, readExhibits, type Exhibit, type Release } from './exhibits.ts';

/** A database of the museum. */
export interface MysqlMuseumDatabase {
  readonly name: string;
  /** What follows `create database NAME`. */
  readonly form: string;
  readonly exhibits: readonly Exhibit[];
  readonly isFor: (release: Release) => boolean;
}

const always = () => true;
const utf8 = 'character set utf8mb4';
const rooms = ['tables', 'rows', 'code'];
const everything = rooms.flatMap((room) => readExhibits(`mysql/${room}.sql`));

function manyTables(count: number): Exhibit {
  const tables = Array.from({ length: count }, (_, i) => i).map(
    (i) => `create table many_${i} (id int primary key, t text); insert into many_${i} values (${i}, 'x');`,
  );
  return exhibit('very many tables', tables.join('\n'));
}

const few = everything.filter(({ title }) =>
  /must be quoted|computed|generated|several of a time|views in/.test(title),
);

export const mysqlDatabases: readonly MysqlMuseumDatabase[] = [
  { name: 'shop', form: utf8, isFor: always, exhibits: [...everything, manyTables(20)] },
  { name: 'größe-数 `"; $(id)', form: utf8, isFor: always, exhibits: few },
  {
    name: 'latin',
    form: 'character set latin1 collate latin1_german1_ci',
    isFor: always,
    exhibits: [
      ...few,
      exhibit(
        'the default of the database',
        `create table t (a varchar(20)); insert into t values ('ü€'); set names latin1; create view v as select 'x' as a; set names utf8mb4;`,
      ),
    ],
  },
  {
    name: 'wide',
    form: 'character set utf16 collate utf16_bin',
    isFor: always,
    exhibits: [
      exhibit(
        'a default of two bytes',
        `create table t (a varchar(20), e enum('ä', 'b')); insert into t values ('🐘', 'ä'); create function f(a varchar(10)) returns varchar(10) deterministic return a;`,
      ),
    ],
  },
  {
    name: 'commented',
    form: `${utf8} comment 'it''s; \\\\ 🐘'`,
    isFor: ({ family }) => family === 'mariadb',
    exhibits: [],
  },
  {
    name: 'only_views',
    form: utf8,
    isFor: always,
    exhibits: [exhibit('views alone', 'create view a as select 1 as x; create view b as select * from a;')],
  },
  { name: 'of_tables', form: utf8, isFor: always, exhibits: [manyTables(1000)] },
];
