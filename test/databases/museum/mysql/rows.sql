--: texts that clients and shells could stumble over
create table hostile (id int auto_increment primary key, t text charset utf8mb4, b blob); insert into hostile (t, b) values (';', x'00'), ('\0\n\r\Z\t\b', x'5c275c'), ('\\', x'27'), ('''', x'22'), ('"', x'1a'), ('`', x'0a'), ('-- ', x'0d0a'), ('/*', x'2f2a'), ('*/', x''), ('/*!50000 drop table hostile */', null), ('\n-- Dump completed on 2026-01-01\n', 'x'), ('\nUSE `other`;\n', 'y'), ('\ndelimiter ;;\n', ''), (';;', null), ('\\N', null), ('🐘𝄞', null), (' trailing ', ' '), ('\\\'', null), ('%s', null), ('\ufeff', null), ('NULL', null), ('', null), ('\n\\! id\n\\. x\n', null), ('/*M!100100 select 1 */', null);

--: all bytes
create table all_bytes (b varbinary(256), c binary(8), d blob); insert into all_bytes (b) values (''), (x'00'), (null); insert into all_bytes (c, d) values (x'0001', x'efbbbf'), (x'2020', x'f09f90'), (x'ff00ff', x'c3');
insert into all_bytes (b) values (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');

--: character sets by column
create table charsets (a varchar(20) charset latin1, b varchar(20) charset ucs2, c varchar(20) charset utf16, d varchar(20) charset utf32, e varchar(20) charset utf8mb4 collate utf8mb4_bin, f varchar(20) charset cp1251, g varchar(20) charset gbk, h varchar(20) charset sjis, i varchar(20) charset ascii, j varchar(20) charset binary, k varchar(20) charset latin7, l varchar(20) charset euckr, m text charset utf16le) charset latin2 collate latin2_czech_cs;
insert into charsets values ('ü€', 'ü数', '🐘ü', '🐘数', '🐘', 'Ж', '縗', 'ソ表', 'a', x'ff', 'š', '한', '🐘\\'); insert into charsets (a, g, h) values (_latin1 x'8190', _gbk x'bf5c27', _sjis x'835c');

--: numbers at their ends
create table numbers (t tinyint, tu tinyint unsigned zerofill, s smallint, m mediumint(5) zerofill, i int, b bigint, bu bigint unsigned, d decimal(65, 30), d2 decimal(5, 0) unsigned, f double, g double(10, 3), bt bit(64), b1 bit(1), bo boolean, y year);
insert into numbers values (-128, 7, -32768, 42, -2147483648, -9223372036854775808, 18446744073709551615, 99999999999999999999999999999999999.999999999999999999999999999999, 99999, 1.7976931348623157e308, 1234567.891, b'1111111111111111111111111111111111111111111111111111111111111111', b'1', true, 1901), (127, 255, 32767, 16777215, 2147483647, 9223372036854775807, 0, -0.000000000000000000000000000001, 0, 2.2250738585072014e-308, -0.001, 0, 0, false, 2155), (null, null, null, null, null, null, null, null, null, 0.1 + 0.2e0, null, 10, null, null, 0000), (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 92, 0, 0, 0);

--: numbers of single precision that six digits tell
create table singles (f float, g float(7, 2), h float unsigned); insert into singles values (1.5, 12345.67, 0.25), (-3.40282e38, 0, 1e-30), (0.1, null, 7);

--: dates that are none
set sql_mode = ''; create table dates (d date, dt datetime(6), t time(6), ts timestamp null, ts6 timestamp(6) null default null, y year); insert into dates values ('0000-00-00', '0000-00-00 00:00:00', '-838:59:59.999999', '0000-00-00 00:00:00', '1970-01-01 00:00:01', 0), ('2026-02-00', '2026-00-00 00:00:00', '838:59:59', '2038-01-19 03:14:07', '2038-01-19 03:14:07.999999', 1970), ('2026-00-10', '9999-12-31 23:59:59.999999', '00:00:00.000001', '2026-03-29 01:30:00', null, null), ('1000-01-01', '1000-01-01', null, null, null, null); set sql_mode = default;
create table zero_default (d date not null default '2000-01-01', t timestamp not null default current_timestamp); insert into zero_default values ('2001-01-01', '2026-10-25 00:30:00'), ('2001-01-01', '2026-10-25 01:30:00');

--: enumerations and sets of odd labels
create table labelled (e enum('', 'it''s', 'a\\b', 'ö数', '"', 'x ', ';', '`'), s set('a', 'it''s', 'ö') charset utf8mb4, n enum('1', '0')) charset utf8mb4; insert into labelled values ('', '', '0'), ('it''s', 'a,it''s,ö', '1'), ('a\\b', 'a', null), ('ö数', null, '1'), ('x', 'ö', '0'), (';', 'a', '1');

--: shapes in space
create table shapes (g geometry, p point, l linestring, pg polygon, mp multipoint, ml multilinestring, mpg multipolygon, gc geometrycollection); insert into shapes values (st_geomfromtext('POINT(1 2)'), point(0.1, 1e300), st_geomfromtext('LINESTRING(0 0,1 1,2 2)'), st_geomfromtext('POLYGON((0 0,10 0,10 10,0 10,0 0),(5 5,7 5,7 7,5 7,5 5))'), st_geomfromtext('MULTIPOINT(0 0,20 20,60 60)'), st_geomfromtext('MULTILINESTRING((10 10,20 20),(15 15,30 15))'), st_geomfromtext('MULTIPOLYGON(((0 0,10 0,10 10,0 10,0 0)),((5 5,7 5,7 7,5 7,5 5)))'), st_geomfromtext('GEOMETRYCOLLECTION(POINT(10 10),LINESTRING(15 15,20 20))')); insert into shapes (g) values (st_geomfromtext('POINT(1 2)', 4326)), (null);

--: mysql: shapes with a reference system
create table srs (p point not null srid 4326, g geometry not null srid 0, spatial index (p)); insert into srs values (st_geomfromtext('POINT(48 16)', 4326), st_geomfromtext('POINT(1 2)'));

--: documents
create table documents (j json, k json not null); insert into documents values ('{"a": 1.0, "🐘": [null, true, "\\t\\"\\\\"], "b": "it''s"}', '[]'), (null, '"x"'), ('1e300', '{"a": 1}'), ('{"b": 1, "a": 2}', '[1, 2.50, -0]');

--: mariadb: addresses
create table addresses (a inet6 primary key, b inet6 default '::'); insert into addresses values ('::ffff:1.2.3.4', default), ('2001:db8::1', null), ('::', '::1');

--: mariadb since 10.10: UUIDs and addresses of four bytes
create table uuids (u uuid primary key, i inet4 default '0.0.0.0'); insert into uuids values ('00000000-0000-0000-0000-000000000000', default), ('ffffffff-ffff-1fff-8fff-ffffffffffff', '255.255.255.255'), ('123e4567-e89b-12d3-a456-426655440000', null);

--: mariadb since 11.7: vectors
create table vectors (id int primary key, v vector(3) not null, vector index (v) m = 5 distance = cosine); insert into vectors values (1, vec_fromtext('[0.1,0.2,0.3]'));

--: mysql since 9.0: vectors
create table vectors (id int primary key, v vector(3)); insert into vectors values (1, to_vector('[0.1,0.2,0.3]'));

--: rows of some megabytes
create table large_rows (id int, t longtext, b longblob); insert into large_rows values (1, repeat('0123456789🐘', 100000), null), (2, null, repeat(x'00ff5c27', 900000));

--: mariadb: what MySQL refuses of shapes and documents
create table keyed_shapes (l linestring, key (l(20))); insert into keyed_shapes values (st_geomfromtext('LINESTRING(0 0,1 1,2 2)')); create table large_documents (j json); insert into large_documents values ('1e400');

--: many rows
create table many_rows (i int primary key, h char(32), s int, key (s)); insert into many_rows select a.i * 1000 + b.i, left(sha2(a.i * 1000 + b.i, 256), 32), b.i from (with recursive n as (select 0 as i union all select i + 1 from n where i < 9) select i from n) a, (with recursive n as (select 0 as i union all select i + 1 from n where i < 999) select i from n) b;
