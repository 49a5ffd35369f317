import { exhibit as sql, readExhibits, type Exhibit, type Release } from './exhibits.ts';

/** A database of the museum. */
export interface MuseumDatabase {
  readonly name: string;
  /** What follows `create database NAME template template0`. */
  readonly form: string;
  readonly isFor: (release: Release) => boolean;
  /** SQL that makes it what it is as a whole, with `:name` in the place of its name. A superuser runs it elsewhere. */
  readonly properties: string;
  /** What is in it. */
  readonly exhibits: readonly Exhibit[];
  /** How many tables one of them makes; a few. */
  readonly manyTables?: number;
}

const always = () => true;
const from =
  (since: number) =>
  ({ version }: Release) =>
    version >= 100 * since;

const rooms = ['types', 'tables', 'partitions', 'rows', 'code', 'rights', 'others'];
const everything = rooms.flatMap((room) => readExhibits(`postgres/${room}.sql`));

/** All kinds of objects that go together, in the first of the databases. */
const shop: MuseumDatabase = {
  name: 'shop',
  form: `encoding 'UTF8'`,
  isFor: always,
  properties: `
    alter database :name owner to m_owner;
    alter database :name connection limit 17;
    alter database :name set search_path = app, "we""ird", public;
    alter database :name set timezone = 'Pacific/Chatham';
    alter role m_guard in database :name set work_mem = '9MB';
    alter role m_visitor in database :name set "museum.odd" = E'it''s \\\\ 🐘, "x"';
    revoke connect, temporary on database :name from public;
    grant connect on database :name to m_guard with grant option;
    grant all on database :name to "m_o'dd ""na\\me"" 🐘 -- ; $(id)";
    comment on database :name is E'it''s \\\\ the shop\\n\\\\connect nowhere 🐘';`,
  exhibits: everything,
};

/** Every setting that changes how SQL is read, or values are written. */
const settings: MuseumDatabase = {
  name: 'settings',
  form: `encoding 'UTF8'`,
  isFor: always,
  properties: [
    'standard_conforming_strings = off',
    'escape_string_warning = off',
    "backslash_quote = 'off'",
    "bytea_output = 'escape'",
    "datestyle = 'German, DMY'",
    "intervalstyle = 'sql_standard'",
    'extra_float_digits = -10',
    "search_path = ''",
    'quote_all_identifiers = on',
    "xmloption = 'document'",
    "xmlbinary = 'hex'",
    'row_security = off',
    'array_nulls = off',
    'transform_null_equals = on',
    "timezone = 'Asia/Kathmandu'",
    "client_encoding = 'LATIN1'",
    "default_transaction_isolation = 'serializable'",
    'default_transaction_deferrable = on',
    "client_min_messages = 'debug1'",
    'check_function_bodies = on',
    "lc_monetary = 'C'",
    'synchronize_seqscans = on',
    'enable_seqscan = off',
    "default_text_search_config = 'pg_catalog.english'",
  ]
    .map((setting) => `alter database :name set ${setting};`)
    .join('\n'),
  exhibits: everything.filter(({ title }) =>
    /extremes|arrays|JSON|all bytes|hostile|COPY|bodies|views of|large objects|odd labels|sequences/.test(
      title,
    ),
  ),
};

const plain = (
  name: string,
  form: string,
  exhibits: readonly Exhibit[],
  properties = '',
  isFor: MuseumDatabase['isFor'] = always,
): MuseumDatabase => ({ name, form, exhibits, properties, isFor });

const few = everything.filter(({ title }) => /must be quoted|generated|triggers of every/.test(title));

export const museumDatabases: readonly MuseumDatabase[] = [
  shop,
  settings,
  plain('o\'dd "na=me" \\ 🐘 $(id) %s', `encoding 'UTF8'`, few, 'comment on database :name is $$odd$$;'),
  plain('of_ascii', `encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'`, [
    sql(
      'bytes that are no UTF-8',
      String.raw`
      set client_encoding = sql_ascii; create table bytes (a text default E'caf\xe9', b varchar(3)); insert into bytes values (E'\x81\xe9', E'\xff\xfe\x01'), (default, 'ü'), (E'\xe9\\.\n', null);
      select format(E'comment on table bytes is %L; create table "t\xe9" (i int, "c\xe9" text check ("c\xe9" <> E''\xe9\x81'')); insert into "t\xe9" values (1, %L); create type e as enum (%L); create view "v\xe9" as select E''\xe9''::text as x; create function "f\xe9"() returns text language sql as %L', E'comment \xe9', E'\x80', E'\xe9\x9f', E'select E''\xe9''::text') \gexec
    `,
    ),
  ]),
  plain('of_win1252', `encoding 'WIN1252' lc_collate 'C' lc_ctype 'C'`, [
    sql(
      'a byte that is none of UTF-8',
      String.raw`create table bytes (a text); insert into bytes values (E'x\x81y'), (E'\x80\x9d\x8d'), ('€'), (E'\xe4'); comment on table bytes is E'comment \x81 €';`,
    ),
  ]),
  plain('of_latin1', `encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`, [
    sql(
      'characters of Latin 1',
      String.raw`create table "größe" (a text default 'ä'); insert into "größe" values (default), (E'\x80\x9f\xff'); create type farbe as enum ('grün', E'\x85'); comment on type farbe is 'ß';`,
    ),
  ]),
  plain('of_euc_jp', `encoding 'EUC_JP' lc_collate 'C' lc_ctype 'C'`, [
    sql(
      'characters of EUC',
      String.raw`create table "日本" (a text default '語'); insert into "日本" values (default), (E'\xa4\xa2'), (E'\x8e\xb1'), (E'\x8f\xb0\xa1'); comment on table "日本" is '注釈'; create function "関数"() returns text language sql as $$select '値;'::text$$;`,
    ),
  ]),
  plain(
    'of_icu',
    `encoding 'UTF8' locale_provider icu icu_locale 'de-DE' locale 'C'`,
    [
      sql(
        'an order of ICU',
        `create table sorted (a text primary key); insert into sorted values ('ä'), ('Z');`,
      ),
    ],
    '',
    from(15),
  ),
  plain(
    'of_rules',
    `encoding 'UTF8' locale_provider icu icu_locale 'en' icu_rules '& V << w <<< W' locale 'C'`,
    [
      sql(
        'rules of ICU',
        `create table sorted (a text primary key); insert into sorted values ('w'), ('V');`,
      ),
    ],
    '',
    from(16),
  ),
  plain(
    'of_builtin',
    `encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
    [sql('the builtin order', `create table sorted (a text primary key); insert into sorted values ('ä');`)],
    '',
    from(17),
  ),
  plain('uses_space', `encoding 'UTF8'`, readExhibits('postgres/spaces.sql'), '', from(15)),
  plain('in_space', `encoding 'UTF8' tablespace m_space`, few, '', from(15)),
  plain('read_only', `encoding 'UTF8'`, few, 'alter database :name set default_transaction_read_only = on;'),
  plain(
    'impatient',
    `encoding 'UTF8'`,
    few,
    `alter database :name set statement_timeout = '1ms'; alter database :name set lock_timeout = '1ms';`,
  ),
  plain('as_other', `encoding 'UTF8'`, few, 'alter database :name set role = m_owner;'),
  plain('template', `encoding 'UTF8'`, few, 'alter database :name is_template true;'),
  {
    ...plain(
      'of_tables',
      `encoding 'UTF8'`,
      everything.filter(({ title }) => title.startsWith('very many')),
    ),
    manyTables: 2500,
  },
  plain('empty', `encoding 'UTF8'`, []),
  plain('without_public', `encoding 'UTF8'`, [
    sql(
      'no schema public',
      'drop schema public cascade; create schema app; create table app.t (a int); insert into app.t values (1);',
    ),
  ]),
];
