--: extensions, in schemas of their own, with rights and members
create schema ext; create extension hstore schema ext; create extension citext; create extension pg_trgm with schema ext; create extension pgcrypto; create extension ltree; create extension intarray; comment on extension citext is 'it''s citext 🐘';
create table of_extensions (h ext.hstore default 'a=>"it''s"', c citext unique, l ltree, g text); insert into of_extensions values ('"a b"=>NULL, "🐘"=>"\""', 'Ab', 'a.b.c', 'x'), (default, 'cd', null, 'y'); create index on of_extensions using gin (g ext.gin_trgm_ops); create index on of_extensions using gist (l);

revoke execute on function digest(text, text) from public; grant execute on function digest(text, text) to m_visitor;
create function uses_citext(citext) returns int language sql as 'select 1'; alter function uses_citext(citext) depends on extension citext; create index depends_index on of_extensions (g); alter index depends_index depends on extension pg_trgm;

--: foreign data: wrappers, servers, mappings, tables
create extension postgres_fdw; create extension file_fdw; create foreign data wrapper "wr'ap" options (a 'it''s', "b c" '🐘'); create server "se'rver" type 'x' version '1.0' foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1', dbname 'it''s'); create server files foreign data wrapper file_fdw;
create user mapping for m_owner server "se'rver" options (user 'x', password 'p''w "\'); create user mapping for public server "se'rver" options (user 'anybody'); create foreign table "fo'reign" (a int options (column_name 'it''s') not null default 7, b text collate "C" check (b <> 'x')) server "se'rver" options (schema_name 's', table_name ':x');
create table fparent (a int, b text) partition by list (a); create table fparent_1 partition of fparent for values in (1); create foreign table fparent_2 partition of fparent for values in (2) server "se'rver"; create foreign table from_file (line text) server files options (filename '/dev/null');
grant usage on foreign server "se'rver" to m_owner with grant option; grant usage on foreign data wrapper postgres_fdw to m_visitor; grant select on "fo'reign" to m_visitor; alter server "se'rver" owner to m_owner; comment on server "se'rver" is 'server'; comment on foreign table "fo'reign" is 'foreign'; comment on foreign data wrapper "wr'ap" is 'wrapper';

--: publications
create table published (id int primary key, a int); create table published_2 (id int primary key); create publication "pu'b 🐘" for table published, only published_2 with (publish = 'insert, truncate', publish_via_partition_root = true); create publication of_all for all tables; create publication of_none; comment on publication of_none is 'none'; alter publication of_none owner to m_guard;

--: since 15: publications of schemas, columns and rows
create schema published_s; create table published_s.t (id int primary key, a int, b text); create publication of_schema for tables in schema published_s; create publication of_columns for table published_s.t (id, a) where (id > 7 and a <> 3);

--: subscriptions that are disabled
create subscription "su'b" connection 'host=127.0.0.1 port=1 dbname=''no\\where'' password=secret' publication p1, "p'2" with (connect = false, slot_name = none, synchronous_commit = remote_apply); create subscription no_slot connection 'host=nowhere' publication p with (connect = false, slot_name = 'other'); alter subscription no_slot set (slot_name = none); comment on subscription no_slot is 'subscription';

--: since 14: a subscription of binary data, in a stream
create subscription in_binary connection 'host=nowhere' publication p with (connect = false, slot_name = none, binary = true, streaming = on);

--: comments on everything that is small
create schema commented; create table commented.t (a int primary key, b int default 3, constraint c check (a > 0)); create index i on commented.t (b); create sequence commented.s; create view commented.v as select 1 as x; create function commented.f(int) returns int language sql as 'select 1';
comment on schema commented is 'it''s'; comment on table commented.t is E'\\'; comment on column commented.t.a is '🐘'; comment on index commented.i is ''';--'; comment on constraint c on commented.t is '$$'; comment on constraint t_pkey on commented.t is ':x'; comment on sequence commented.s is E'\n\\.'; comment on view commented.v is '"'; comment on column commented.v.x is 'x'; comment on function commented.f(int) is E'\t';

