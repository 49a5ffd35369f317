/** Content that a careless dump would lose or spoil, and how to tell that all of it is there. */
export interface Content {
  /** What runs SQL from stdin in the container, at the first error no further. `$1` is the database. */
  readonly client: string;
  readonly fill: string;
  /** SQL whose answer differs when anything is different. */
  readonly digest: string;
  /** Run outside of the database that is lost. */
  readonly lose: string;
  /** By hand, as the README says it. `$1` is the dump. */
  readonly load: string;
}

export const postgresContent: Content = {
  client:
    'PGPASSWORD=$POSTGRES_PASSWORD exec psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$POSTGRES_USER" -d "$1"',
  fill: `
    create table orders (id bigint primary key, note text, amount numeric, at timestamptz);
    insert into orders select i, repeat('𝄞🐘 ' || i, 3), i / 7.0, timestamptz '2026-01-01' + i * interval '1 minute'
      from generate_series(1, 20000) i;
    create table "we""ird 'table; drop" ("col""umn" text, data bytea);
    insert into "we""ird 'table; drop" values (E'tab\\there\\nand \\\\. a line', decode('00ff275c', 'hex')), (null, null);
    create schema "Größe"; create table "Größe"."Ünï" as select i, chr(128000 + i) as face from generate_series(1, 200) i;
    select lo_from_bytea(0, convert_to(repeat('large object 𝄞 ', 10000), 'UTF8'));
    create view totals as select count(*) from orders;
    create sequence numbers start 42; select nextval('numbers');
    create function double(x int) returns int language sql as 'select x * 2';
    create role reader; grant select on orders to reader;
  `,
  digest: `
    select format('select %L, count(*), md5(string_agg(md5(t::text), '','' order by md5(t::text))) from %I.%I t;',
                  table_schema || '.' || table_name, table_schema, table_name)
      from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1 \\gexec
    select 'large objects', count(*), md5(string_agg(data, ''::bytea order by data)) from pg_largeobject;
    select 'sequence', last_value from numbers;
    select 'function', double(21);
    select 'grants', relacl from pg_class where relname = 'orders';
  `,
  lose: 'drop database shop with (force); create database shop',
  load: 'gzip -dc "$1" | PGPASSWORD=$POSTGRES_PASSWORD psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -U shop -d shop',
};

const mysqlClient = 'client=mysql; ! command -v mariadb >/dev/null || client=mariadb';

export const mysqlContent: Content = {
  client: `${mysqlClient}; MYSQL_PWD=$MYSQL_ROOT_PASSWORD exec $client --batch --skip-column-names --default-character-set=utf8mb4 -h127.0.0.1 -uroot "$1"`,
  fill: `
    create table orders (id bigint primary key, note text, amount decimal(20, 6), at datetime, doc json) default charset utf8mb4;
    insert into orders
      with recursive n as (select 1 as i union all select i + 1 from n where i < 900)
      select i, repeat(concat('𝄞🐘 ', i), 3), i / 7, '2026-01-01' + interval i minute, json_object('i', i) from n;
    create table \`we"ird 'table; drop\` (\`col\`\`umn\` text, data blob);
    insert into \`we"ird 'table; drop\` values ('tab\\there\\nand \\\\. a line', x'00ff275c'), (null, null);
    create table \`Größe\` (i int primary key, doubled int as (i * 2) stored); insert into \`Größe\` (i) values (1), (2), (300);
    create view totals as select count(*) as orders from orders;
    delimiter //
    create trigger stamp before insert on orders for each row begin if new.note is null then set new.note = 'none'; end if; end //
    create procedure twice(in x int) begin select x * 2; end //
    create event nightly on schedule every 1 day do begin delete from orders where id < 0; end //
    delimiter ;
  `,
  digest: `
    select count(*), sha2(group_concat(sha2(concat_ws('|', id, hex(note), amount, at, doc), 256) order by id), 256) from orders;
    select hex(\`col\`\`umn\`), hex(data) from \`we"ird 'table; drop\` order by 1;
    select * from \`Größe\` order by i;
    select * from totals;
    call twice(21);
    select trigger_name, action_statement from information_schema.triggers where trigger_schema = 'shop';
    select event_name, event_definition from information_schema.events where event_schema = 'shop';
  `,
  lose: 'drop database shop; create database shop',
  load: `${mysqlClient}; gzip -dc "$1" | MYSQL_PWD=$MYSQL_ROOT_PASSWORD $client --default-character-set=utf8mb4 -h127.0.0.1 -uroot shop`,
};
