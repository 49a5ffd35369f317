--: functions with every property
create function every_property(a int, inout b text default 'it''s', variadic c int[] default '{}') returns text language plpgsql immutable leakproof strict parallel safe cost 7
  security definer set search_path = pg_catalog, "we""ird" set work_mem to '5MB' set datestyle to 'German' as $$ begin b := b || a; end $$;
create function of_rows() returns table (x int, "y's" text) rows 77 stable language sql as 'select 1, ''$$''';
create function every_property(anyelement) returns setof anyelement language sql as 'select $1'; alter function every_property(anyelement) owner to m_owner;
comment on function every_property(anyelement) is E'it''s\n🐘'; revoke execute on function of_rows() from public;

--: bodies that quote, that name psql's commands, and look like its variables
create function odd_body() returns text language plpgsql as $body$
declare a text := $x$ $$ $y$ $x$; wait int := 3; x int[] := array[1, 2, 3];
begin /*
\connect nowhere
\.
*/ return $x$
\connect nowhere
\.
$x$;
end $body$;
create function odd_body_2() returns text language plpgsql as $_$
declare wait int := 3; a int[] := array[1, 2, 3]; x text := ':x :''x'' :"x" :{?x}';
begin
  -- \connect nowhere; it's "not' closed $$
  /* \connect nowhere /* nested */ ' */
  if cardinality(a[1:wait]) < 50 then x := x || $$:wait 'it''s'$$; end if;
  return x || E'\\connect\n\\.\n' || U&'\0041';
end $_$;
create function odd_body_3() returns text language sql as 'select ''
\connect nowhere
\.
-- PostgreSQL database dump complete
SET lock_timeout = 0;
BEGIN;
COMMIT;
''::text';
create procedure odd_procedure(inout a int) language plpgsql as $$ begin commit; a := a + 1; rollback; end $$; comment on procedure odd_procedure is 'a procedure';
create function crlf() returns int language sql as E'select\r\n1 -- \r\n'; 
create table sliced (a int[], wait int, x int, check (cardinality(a[1:wait]) < 50), check (a[wait:x] is null or x <> 7)); insert into sliced values ('{1,2}', 1, 2);
create view sliced_view as select a[1:wait] as first, a[wait:] as rest, a[:x] as upto, ':''x'' :wait' as said, E'\\:x' as "co:x" from sliced;

--: since 14: bodies in SQL, and procedures with out
create function atomic(a int) returns int begin atomic select a + 1; select a * 2; end;
create function returned(a text) returns text return a || ':x' || 'it''s;';
create table of_atomic (a int default atomic(3)); create procedure with_out(out a int) language sql as 'select 1';
create function atomic_slice(a int[], wait int) returns int[] begin atomic select a[1:wait]; end;

--: aggregates and window functions
create function plus(numeric, int) returns numeric language sql immutable as 'select $1 + coalesce($2, 0)';
create function plus_both(numeric, numeric) returns numeric language sql immutable as 'select $1 + $2';
create aggregate total (int) (sfunc = plus, stype = numeric, initcond = '0', combinefunc = plus_both, parallel = safe);
create aggregate moving (int) (sfunc = plus, stype = numeric, initcond = '0', msfunc = plus, minvfunc = plus, mstype = numeric, minitcond = '0'); comment on aggregate total (int) is 'total 🐘';
create function "lead's"(anyelement) returns anyelement window language internal as 'window_lead'; create table of_total (a int default (7)); create view totals as select total(a) filter (where a > 1) from of_total;

--: operators, classes, families and casts
create type cents as (amount bigint);
create function cents_less(cents, cents) returns boolean language sql immutable as 'select $1.amount < $2.amount';
create function cents_compare(cents, cents) returns int language sql immutable as 'select btint8cmp($1.amount, $2.amount)';
create function cents_equal(cents, cents) returns boolean language sql immutable as 'select $1.amount = $2.amount';
create operator <# (leftarg = cents, rightarg = cents, function = cents_less, commutator = ># , restrict = scalarltsel, join = scalarltjoinsel);
create operator ># (leftarg = cents, rightarg = cents, function = cents_less, commutator = <#);
create operator ==# (leftarg = cents, rightarg = cents, function = cents_equal, commutator = ==#, hashes, merges);
create function negated(cents) returns cents language sql immutable as 'select row(-$1.amount)::cents'; create operator !@# (rightarg = cents, function = negated);
create operator family cents_family using btree; create operator class cents_class default for type cents using btree family cents_family as operator 1 <#, operator 3 ==#, function 1 cents_compare(cents, cents);
drop operator class cents_class using btree; create operator class "cents'class" for type cents using btree family cents_family as operator 1 <#, operator 3 ==#, function 1 cents_compare(cents, cents);
alter operator family cents_family using btree add operator 5 ># (cents, cents);
create function cents_of(bigint) returns cents language sql immutable as 'select row($1)::cents'; create cast (bigint as cents) with function cents_of(bigint) as assignment; create cast (cents as text) with inout as implicit; 
create type other_point as (x int); create type another_point as (x int); create cast (text as cents) with inout;
comment on operator <# (cents, cents) is 'less'; comment on operator family cents_family using btree is 'family'; comment on cast (bigint as cents) is 'cast'; comment on operator class "cents'class" using btree is 'class'; alter operator family cents_family using btree owner to m_owner;
create table of_cents (c cents); insert into of_cents values (row(1)), (row(3)); create index on of_cents (c "cents'class");

--: text search, of own dictionaries and parsers
create text search dictionary "di'ct" (template = simple, accept = false, stopwords = english); create text search configuration odd_config (copy = english);
alter text search configuration odd_config alter mapping for asciiword, word with "di'ct", english_stem; alter text search configuration odd_config drop mapping for email;
create text search parser own_parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
create text search template own_template (lexize = dsimple_lexize, init = dsimple_init); create text search configuration of_own (parser = own_parser);
comment on text search dictionary "di'ct" is 'a'; comment on text search configuration odd_config is 'b'; comment on text search parser own_parser is 'c'; comment on text search template own_template is 'd'; alter text search configuration odd_config owner to m_owner;
create table searched (t text, v tsvector generated always as (to_tsvector('odd_config', t)) stored); insert into searched values ('the quick brown foxes'); create index on searched using gin (v);

--: languages, conversions and access methods
create function own_handler() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler'; create function own_inline(internal) returns void language c as '$libdir/plpgsql', 'plpgsql_inline_handler'; create function own_validator(oid) returns void language c as '$libdir/plpgsql', 'plpgsql_validator'; create language own_language handler own_handler inline own_inline validator own_validator; comment on language own_language is 'own'; alter language own_language owner to m_owner;
create trusted language trusted_language handler own_handler; grant usage on language trusted_language to m_visitor; revoke usage on language plpgsql from public;
create conversion "con'v" for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; create default conversion second_conversion for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1; comment on conversion "con'v" is 'x';
create access method own_heap type table handler heap_tableam_handler; create access method own_btree type index handler bthandler; comment on access method own_heap is 'heap';
create table on_own_heap (a int) using own_heap; insert into on_own_heap values (1); create function in_own() returns int language own_language as 'begin return 1; end';
create transform for int language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal));

--: triggers of every kind
create table triggered (id int primary key, a int, b text, unique (a)); create table log_of_triggers (what text);
create function log_it() returns trigger language plpgsql as $$ begin insert into log_of_triggers values (tg_name || ' ' || tg_nargs); return coalesce(new, old); end $$;
create trigger "tr'ig 🐘" before insert or update of a, b on triggered for each row when (new.a > 1 and new.b <> ':x;') execute function log_it('it''s', E'a\\b
c', '3');
create trigger per_statement after truncate on triggered execute function log_it(); create trigger transitions after update on triggered referencing old table as o new table as "n'w" for each statement execute function log_it();
create constraint trigger deferred after insert on triggered deferrable initially deferred for each row execute function log_it();
create trigger off before delete on triggered for each row execute function log_it(); create trigger always_ before delete on triggered for each row execute function log_it(); create trigger on_replica before delete on triggered for each row execute function log_it();
alter table triggered disable trigger off, enable always trigger always_, enable replica trigger on_replica;
create view view_with_trigger as select * from triggered; create trigger instead_ instead of insert on view_with_trigger for each row execute function log_it();
insert into triggered values (1, 2, 'x'); comment on trigger "tr'ig 🐘" on triggered is 'a trigger';


--: event triggers
create function on_event() returns event_trigger language plpgsql as $$ begin raise log 'event % %', tg_event, tg_tag; end $$;
create event trigger "ev'ent 🐘" on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function on_event(); create event trigger on_drop on sql_drop execute function on_event(); create event trigger off_event on ddl_command_start execute function on_event();
alter event trigger off_event disable; alter event trigger on_drop enable always; comment on event trigger off_event is 'off';

--: rules
create table ruled (a int, b text); create table ruled_log (a int);
create rule "ru'le" as on insert to ruled where new.a > 7 do also insert into ruled_log values (new.a); create rule nothing_ as on delete to ruled do instead nothing; create rule several as on update to ruled do instead (insert into ruled_log values (old.a); select 1; notify "cha'nnel", 'x');
alter table ruled disable rule nothing_; create view ruled_view as select a from ruled; create rule ins as on insert to ruled_view do instead insert into ruled (a) values (new.a) returning a; comment on rule ins on ruled_view is 'rule';
insert into ruled values (9, 'x');

--: views of many kinds, in chains and with options
create table base (id int primary key, a int, b text); insert into base values (1, 2, 'x'), (2, 3, 'y');
create view "vi'ew 🐘" ("o'ne", two) as select id, b from base; create view second as select * from "vi'ew 🐘" v join lateral (select "o'ne" * 2 as x) l on true; create view checked with (security_barrier) as select * from base where a > 1 with cascaded check option;
create recursive view counted (n) as values (1) union all select n + 1 from counted where n < 5; create view by_key as select id, a, b, count(*) from base group by id; alter view second alter x set default 5; alter view second owner to m_owner; comment on column "vi'ew 🐘".two is 'two';
create view with_all as with x as materialized (select 1 as a), y as not materialized (select 2) select distinct on (a) a, b, rank() over w, (base).id as other, array(select 1), row(a, b)::text as r, case a when 1 then null else 'it''s' end as c, interval '1 day' as i, e'\\'::text as d,
  b collate "C" as co, 1::numeric(4, 2) nn, now() at time zone 'UTC' tt, xmlelement(name "x y", xmlattributes(a as "b c"), 'z') xx from base tablesample bernoulli (100) repeatable (7) window w as (partition by a order by b nulls first range between unbounded preceding and current row exclude ties) order by a, b desc limit 10 offset 1;
create view grouped as select a, b, grouping(a, b), count(distinct id) filter (where id > 1), string_agg(b, ',' order by id desc), percentile_cont(0.5) within group (order by a) from base group by grouping sets ((a, b), cube (a), ()) having count(*) > 0;
create view joined_views as select * from base natural join (values (1, 'z')) v (id, q) union all (select id, a, b, 'x' from base except select 1, 2, 'y', 'z') order by 1 desc fetch first 3 rows with ties;

--: views that depend on each other in a cycle with functions and tables
create table cycle_t (a int); create function cycle_f(cycle_t) returns int language sql stable as 'select $1.a'; create view cycle_v as select t.a, cycle_f(t) from cycle_t t; create function cycle_g() returns setof cycle_v language sql as 'select * from cycle_v';
create view v_one as select 1 as a, 'x'::text as b; create view v_two as select * from v_one; create or replace view v_one as select a, b from v_two where false;
create or replace view v_one as select 1 as a, (select b from v_two limit 1) as b; alter table cycle_t add check (cycle_f(cycle_t) < 100); create table grouped_t (id int primary key, x int); create view grouped_by_key as select id, x from grouped_t group by id; create rule on_grouped as on insert to grouped_by_key do instead select cycle_f(t) from cycle_t t;
create type cycle_type as (a int); create function makes_type(int) returns cycle_type language sql as 'select row($1)::cycle_type'; create table with_default (c cycle_type default makes_type(1)); insert into with_default values (default);

--: materialized views, over each other, filled and not
create table source as select i from generate_series(1, 10) i; create materialized view mat as select sum(i) as total, count(*) from source; create materialized view mat_2 as select total * 2 as twice from mat with no data; create materialized view "ma't 🐘" with (fillfactor = 70) as select total from mat;
create unique index on mat (total); comment on materialized view "ma't 🐘" is 'mat'; alter materialized view "ma't 🐘" owner to m_owner; grant select on source, mat to m_owner;

