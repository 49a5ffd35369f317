--: a constraint of a domain that is not validated
create domain late as text; alter domain late add constraint not_yet check (value <> 'x') not valid; create table of_late (a late); insert into of_late values ('y');

--: a right that was passed on by one who may not use the schema any more
create schema closed; grant usage on schema closed to m_owner; create table closed.passed_on (a int); grant select on closed.passed_on to m_owner with grant option;
set role m_owner; grant select on closed.passed_on to m_guard; reset role; revoke usage on schema closed from m_owner;

--: a foreign key whose triggers are off
create table referred (a int primary key); create table all_off (a int references referred); alter table all_off disable trigger all;

--: rows that break a foreign key whose triggers are off
create table referred (a int primary key); create table all_off (a int references referred); alter table all_off disable trigger all; insert into all_off values (7);

--: since 14: a comment on a multirange
create type days as range (subtype = date, multirange_type_name = many_days); comment on type many_days is 'many';

--: a table that was given to an extension
create extension ltree; create table becomes_member (a int); alter extension ltree add table becomes_member; insert into becomes_member values (1);

--: a collation that was copied from that of another encoding
create collation copied from "C";

--: a materialized view that relies on search_path
create schema hidden_away; create table hidden_away.secret as select 7 as a; create function hidden_away.peek() returns bigint language plpgsql stable as 'begin return (select a from secret); end';
set search_path = public, hidden_away; create materialized view by_path as select peek(); reset search_path;

--: an event trigger that forbids to create tables
create function forbid() returns event_trigger language plpgsql as $$ begin if current_setting('museum.allow', true) is distinct from 'yes' then raise exception 'no tables are made here'; end if; end $$;
create table made_before (a int); insert into made_before values (1);
create event trigger forbids on ddl_command_start when tag in ('CREATE TABLE') execute function forbid();

--: comments on objects of the system
comment on function pg_catalog.abs(int) is 'ours'; comment on cast (int4 as int8) is 'ours, too';

--: rows that checks would refuse by now
create function allowed(int) returns boolean language plpgsql stable as $$ begin return $1 < coalesce(nullif(current_setting('museum.limit', true), '')::int, 100); end $$;
create table checked_once (a int check (allowed(a))); insert into checked_once values (1), (99);

--: a materialized view that is older than its table
create table source (i int); insert into source values (1); create materialized view mat as select sum(i) as total from source; insert into source values (11);

--: an extension of an older version
create extension citext version '1.5';

--: an extension that another superuser owns
set role postgres; create extension hstore; reset role;

--: a check that looks into another table
create table looked_into (a int primary key); create function is_known(int) returns boolean language plpgsql stable as 'begin return exists (select from public.looked_into l where l.a = $1); end';
create table a_looks (a int check (is_known(a))); insert into looked_into values (1); insert into a_looks values (1);

--: an index over a function that relies on search_path
create schema hidden_away; create function hidden_away.inner_(int) returns int immutable language plpgsql as 'begin return $1 + 1; end'; create table by_function (a int); insert into by_function values (1);
create function by_path(int) returns int immutable language plpgsql as 'begin return inner_($1); end'; set search_path = public, hidden_away; create index on by_function (by_path(a)); reset search_path;

--: objects of ours in schemas of the system
create function pg_catalog.ours() returns int language sql as 'select 1'; create view information_schema.ours as select 1 as a;

--: an index that is not valid
create table doubled (a int); insert into doubled values (1), (1);
\set ON_ERROR_STOP off
create unique index concurrently not_valid on doubled (a);
\set ON_ERROR_STOP on

--: rows of a table that inherits, with columns in another order
create table grandparent (a int, b text); create table heir (b text, c int, a int); alter table heir inherit grandparent; alter table grandparent add column d int default 5; insert into heir values ('b', 3, 1, 4);
alter table heir alter d drop default;

--: rights on types and languages of the server
grant usage on type int4 to m_visitor; grant usage on language sql to m_guard; revoke usage on type text from public;
