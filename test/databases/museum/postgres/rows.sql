--: texts that COPY, psql and shells could stumble over
create table hostile_texts (id int generated always as identity, t text, n text);
insert into hostile_texts (t, n) values (E'\t', null), (E'\\N', E'\\N'), (E'\\.', ''), (E'\n\\.\n', 'NULL'), (E'\r', E'\r\n'), (E'\\', E'\\\\'), (E'\b\f\v', E'\u0001\u007f\u0085\u2028'),
  ('$$;', '$1 $x$'), (E'\n\\connect nowhere\n', E'\n\\! id\n'), ('--', E'\n-- PostgreSQL database dump complete\n'), ('/*', '*/'), (':wait', ':''x'''), (E'\u00a0 ', ' '), (E'\ufeff', '🐘𝄞'),
  ('-- Data for Name: x; Type: BLOBS; Schema: -', E'BEGIN;\nCOMMIT;\n'), (E'SET lock_timeout = 0;', E'\n\\restrict x\n\\unrestrict x\n'), (E'COPY x FROM stdin;\n1\n\\.\n', 'begin'), (E'\x7f', E'e\u0301'), ('', E'\n');

--: bytea of all bytes
create table all_bytes (b bytea); insert into all_bytes select decode(string_agg(lpad(to_hex(i), 2, '0'), ''), 'hex') from generate_series(0, 255) i;
insert into all_bytes values (''), (null), ('\x00'), (decode(repeat('5c78', 1000), 'hex'));

--: rows of some megabytes
create table large_rows (id int, t text, b bytea);
insert into large_rows values (1, repeat('0123456789🐘', 200000), null), (2, null, decode(repeat('00ff5c0a', 1500000), 'hex'));

--: large objects with owners, rights and comments
select lo_from_bytea(4711, decode(repeat('deadbeef00', 5000), 'hex')), lo_create(4712), lo_from_bytea(4713, 'mine');
alter large object 4713 owner to m_owner; grant select, update on large object 4713 to m_visitor with grant option; grant select on large object 4711 to public;
comment on large object 4711 is E'it''s\n large 🐘'; select lo_put(4712, 5000000, 'far');
create table refers_to_object (o oid); insert into refers_to_object values (4711);

--: very many tables
select format('create table many_%s (id int primary key default %s, body text); insert into many_%1$s values (default, %2$L); comment on table many_%1$s is %2$L', i, i) from generate_series(1, :many) i \gexec

--: a table with many rows and others that are empty
create table many_rows as select i, md5(i::text) as body, i % 7 = 0 as seventh from generate_series(1, 20000) i; create table empty_ (like many_rows);

--: rows of a table with a row type, a table as a column and odd casts
create table as_row (a int, b text); create table has_rows (r as_row, rs as_row[]); insert into as_row values (1, 'x'); insert into has_rows select s, array[s, null] from as_row s;

