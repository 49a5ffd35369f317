--: enums with odd labels
create type mood as enum ('', 'it''s', '🐘', E'a\\b', 'a,b', '"', ' ', 'ok');
alter type mood add value 'before ok' before 'ok';
create table moods (of mood default '🐘', many mood[] default array['🐘', 'a,b', '', '"']::mood[]);
insert into moods select label, array[label, null, 'ok']::mood[] from unnest(enum_range(null::mood)) label where label::text <> 'before ok';
comment on type mood is 'moods 🐘';

--: composite types within composite types
create type place as (x int, y text);
create type "pl""ace" as (inner_ place, "mo're" place[], t text collate pg_catalog."C");
create table places (p "pl""ace" default row(row(1, 'a,"b\')::place, '{}', null));
insert into places values (row(row(1, E'",(\\)\t\n')::place, array[row(null, '')::place, row(2, null)::place], 'x')), (null), (row(null, null, null)), (default);
comment on column "pl""ace"."mo're" is 'a part';

--: domains over domains, with checks and defaults
create domain positive as int default 7 not null constraint "po's" check (value > 0);
create domain small as positive check (value < 100) constraint odd check (value % 2 = 1);
create domain words as text[] check (cardinality(value[1:2]) < 3);
create table of_domains (a positive, b small, c words, d positive[]);
insert into of_domains values (1, 33, '{a,b,c}', '{1,2}');
comment on domain small is 'small';
comment on constraint odd on domain small is 'odd ones';

--: ranges of own types
create function apart(double precision, double precision) returns double precision immutable language sql as 'select $1 - $2';
create type span as range (subtype = float8, subtype_diff = apart);
create type text_span as range (subtype = text, collation = "C");
create table spans (s span, t text_span, i int4range[], exclude using gist (s with &&));
insert into spans values ('[1.5,2.5)', '["a,b","c"""]', array['[1,3)', 'empty', '(,5)']::int4range[]), ('empty', 'empty', null), (null, '(,)', '{}');

--: since 14: multiranges
create type days as range (subtype = date, multirange_type_name = many_days);
create table of_days (d many_days, n nummultirange, o datemultirange default '{}');
insert into of_days values ('{[2020-01-01,2020-02-01),[infinity,infinity]}', '{(,1),[2,3.5]}', null), ('{}', null, default);

--: a base type in C and a shell type
create type point_like;
create function point_like_in(cstring) returns point_like immutable strict language internal as 'point_in';
create function point_like_out(point_like) returns cstring immutable strict language internal as 'point_out';
create type point_like (input = point_like_in, output = point_like_out, internallength = 16, alignment = double,
  category = 'U', delimiter = ';', default = '(7,7)', storage = plain);
create type only_a_shell;
create table points (p point_like default '(1,2)', q point_like[]);
insert into points values ('(3,4)', '{"(1,2)";"(5,6)"}');
comment on type only_a_shell is 'a shell';

--: arrays with bounds, nulls and odd elements
create table arrays (i int[], t text[][], d date[] default '[0:1]={2020-01-01,infinity}', p point[], b box[]);
insert into arrays values ('[-3:-1]={1,NULL,3}', E'{{"","NULL"},{NULL,"\\\\"}}', default, '{"(1,2)"}', '{(1,1),(0,0);(2,2),(1,1)}'),
  ('{}', '[2:2][3:4]={{"{","}"}}', null, null, null);

--: extremes of numbers, times and the like
create table extremes (f4 real, f8 double precision, n numeric, n2 numeric(10, 2), d date, t timestamp, tz timestamptz, i interval,
  time_ time, timetz_ timetz, m money, b bit(3), vb bit varying, u uuid, inet_ inet, cidr_ cidr, mac macaddr, mac8 macaddr8,
  l line, ls lseg, pa path, po polygon, ci circle, lsn pg_lsn, tq tsquery, tv tsvector, x8 xid, tid_ tid, sc "char", na name, ou oid, o2 regclass);
insert into extremes (f4, f8, n, d, t, tz, i) values
  ('NaN', 'NaN', 'NaN', 'infinity', 'infinity', 'infinity', '178000000 years'),
  ('-infinity', 'infinity', -1e-300, '-infinity', '-infinity', '-infinity', '-178000000 years -1 mon -0.000001 s'),
  (1.17549435e-38, 4.9406564584124654e-324, 1e300, '4713-01-01 BC', '4713-11-24 BC', '294276-12-31 23:59:59.999999+00', '1 mon -1 day 00:00:00.000001'),
  (3.4028235e38, 1.7976931348623157e308, 0.1, '5874897-12-31', '294276-12-31 23:59:59.999999', '4713-11-24 00:00:00+00 BC', '00:00'),
  ('-0', 0.1::float8 + 0.2, '-0.00', '0001-01-01 BC', '2021-10-31 02:30:00', '2021-10-31 02:30:00 Europe/Vienna', '1 day 24:00:00');
insert into extremes (n2, time_, timetz_, m, b, vb, u, inet_, cidr_, mac, mac8, l, ls, pa, po, ci, lsn, tq, tv, x8, tid_, sc, na, ou, o2) values
  (99999999.99, '24:00', '23:59:59.999999-15:59', '-92233720368547758.08', B'101', B'', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '::ffff:1.2.3.4/96',
   '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '{1,-1,0}', '[(1e300,0),(0,-1e-300)]', '((0,0),(1,1))', '((0,0),(1,1),(NaN,infinity))',
   '<(1,2),3>', 'FFFFFFFF/FFFFFFFF', '''it''''s'' & !b:*A <2> c', '''it''''s'':1A,16383 ''\\'':2', '4294967295', '(4294967295,65535)', 'x', repeat('ü', 31), 4294967295, 'pg_class');

--: since 14: infinity of numeric, which came with 14
create table infinite (n numeric);
insert into infinite values ('infinity'), ('-infinity'), ('NaN'), (null);

--: since 17: infinite intervals
create table infinite_intervals (i interval);
insert into infinite_intervals values ('infinity'), ('-infinity');

--: JSON, XML and the path language
create table documents (j json, b jsonb, x xml, p jsonpath, constraint is_object check (jsonb_typeof(b) = 'object'));
insert into documents (j, b, p) values ('{"a" : 1,  "a": "\u00e9\ud83d\udc18\\n", "z": 1e400}', '{"b": [null, true, 1.10, "\t\"\\"], "🐘": {}}', '$."a b"[*] ? (@ > 1 && @.x like_regex "^\\d" flag "i")');
insert into documents (x) values ('<?xml version="1.0"?><a b="&lt;">it''s 🐘<![CDATA[ ]] > & ]]></a>'), ('content only'), ('<a/><b/>');
insert into documents (x) values (xmlparse(document '<!DOCTYPE a [<!ENTITY e "x">]><a>b</a>'));

--: collations, of ICU and without determinism
create collation "German's phone book 🐘" (provider = icu, locale = 'de-u-co-phonebk');
create collation no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation of_libc (locale = 'C'); comment on collation no_case is 'no case';
create table collated (a text collate no_case unique, b text collate "German's phone book 🐘", c varchar(20) collate of_libc);
insert into collated values ('Ab', 'Ö', 'x'), ('cd', 'oz', 'y'); create index on collated (b collate of_libc); alter collation of_libc owner to m_owner;

--: since 17: the builtin provider
create collation built_in (provider = builtin, locale = 'C.UTF-8'); create table of_builtin (a text collate built_in default 'Ä' check (upper(a) = a));
