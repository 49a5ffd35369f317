--: names that must be quoted
create table `we"ird 'ta``ble; -- ö数 \ $1` (`col``umn '" \` int primary key, `select` text, ` lead` int, `%s` int, `a.b` int, key `in``d'ex` (`a.b`)) comment 'it''s \\ "🐘"';
insert into `we"ird 'ta``ble; -- ö数 \ $1` values (1, 'x', 2, 3, 4), (2, null, null, null, null);
create table `a.b/c` (i int); create table `Case` (i int); create table `case` (i int, j int); create table `#sql-like` (i int); create table `-- x` (i int); create table `1234` (i int); create table `1e5` (i int);
create table `sixty-four-characters-long-name-that-is-as-long-as-names-may-be-` (`sixty-four-characters-long-name-that-is-as-long-as-names-may-be-` int, key `sixty-four-characters-long-name-that-is-as-long-as-names-may-be-` (`sixty-four-characters-long-name-that-is-as-long-as-names-may-be-`));
insert into `a.b/c` values (1); insert into `Case` values (1); insert into `case` values (1, 2);

--: engines without transactions
create table of_myisam (i int primary key, t text, fulltext (t)) engine = myisam checksum = 1 delay_key_write = 1 pack_keys = 1 row_format = fixed; insert into of_myisam values (1, 'x'), (2, 'y');
create table of_memory (i int, key (i) using btree) engine = memory max_rows = 100; insert into of_memory values (1); create table of_csv (i int not null, t varchar(20) not null) engine = csv; insert into of_csv values (1, 'a,"b\\');
create table of_merge (i int not null, t varchar(10), key (i)) engine = myisam; create table of_merge_2 like of_merge; insert into of_merge values (1, 'a'); insert into of_merge_2 values (2, 'b'); create table merged (i int not null, t varchar(10), key (i)) engine = merge union = (of_merge, of_merge_2) insert_method = last;

--: mariadb: Aria, and options that only MariaDB has
create table of_aria (i int primary key, t text) engine = aria transactional = 0 page_checksum = 1 row_format = page; insert into of_aria values (1, 'x'); create table of_aria_2 (i int) engine = aria transactional = 1 page_checksum = 1;
create table compressed_pages (i int) engine = innodb page_compressed = 1 page_compression_level = 3 comment 'x'; create table compressed_columns (t text compressed, b varbinary(2000) compressed = zlib default 'x'); insert into compressed_columns values (repeat('a', 5000), repeat('b', 1000));

--: rows in formats of InnoDB
create table row_compressed (i int, t text) engine = innodb row_format = compressed key_block_size = 4; create table row_redundant (i int) row_format = redundant stats_persistent = 1 stats_auto_recalc = 0 stats_sample_pages = 7; create table row_dynamic (i int) row_format = dynamic; insert into row_compressed values (1, repeat('x', 9000));

--: states of auto_increment
create table counted (id int auto_increment primary key, t text) auto_increment = 4711; create table counted_2 (id tinyint unsigned auto_increment primary key) auto_increment = 255; insert into counted_2 values (255); create table counted_3 (a int, id bigint auto_increment, primary key (a, id), key (id)); insert into counted_3 values (1, 9223372036854775806);
set sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; create table counted_0 (id int auto_increment primary key, t text); insert into counted_0 values (0, 'zero'), (-5, 'less'), (7, 'seven'); set sql_mode = default; delete from counted_0 where id = 7;

--: generated columns, defaults and checks
create table computed (id int primary key auto_increment, a int, s int generated always as (a * 2) stored, v varchar(40) generated always as (concat('it''s ', a, ';\\"')) virtual, c int check (c > 0), d varchar(20) default (concat('x', 1 + 1)), constraint `ch'k` check (a < 1000 or v like '%\\%%'), key (s), key (v));
insert into computed (a, c) values (1, 1), (null, null), (999, 7);
create table defaulted (a varchar(20) default '', b varchar(20) default 'a''b\\c', c varchar(20) default null, d int not null, e timestamp(6) default current_timestamp(6) on update current_timestamp(6), f datetime default now(), g char(3) not null default '   ', h bit(3) default b'101', i decimal(5, 2) default -1.50, j set('a', 'b') default 'a,b', k year default 2000, l blob, m time default '-01:02:03');
insert into defaulted (d, e, f) values (1, '2026-01-01 00:00:00.123456', '2026-01-01');

--: mariadb: invisible columns, defaults of blobs, and ignored things
create table invisible_ (a int, hidden_ int invisible default 7, h2 varchar(20) invisible not null default 'x', t text default 'it''s; "', b blob default x'00ff', j json default '{"a": 1}'); insert into invisible_ (a, hidden_) values (1, 42), (2, null); insert into invisible_ (a) values (3);

--: mysql: invisible columns and indexes, functional indexes, checks that are not enforced
create table invisible_ (a int, hidden_ int invisible default 7, t text default ('it''s'), c int, check (c > 5) not enforced, key (a) invisible, key ((a * 2), c desc), key ((cast(json_extract(j, '$.a') as unsigned array))), j json); insert into invisible_ (a, hidden_, c) values (1, 42, 1), (2, null, 2);
create table without_key (a int); insert into without_key values (1), (1); analyze table invisible_ update histogram on c with 8 buckets;

--: indexes of many kinds
create table indexed (a int, b varchar(100), c text, p point not null, d int, unique key `u` (a, b(10)), fulltext key `f` (b, c) comment 'it''s', spatial key (p), key using btree (d), key (c(20), a), key d2 (d) key_block_size = 8) engine = innodb; insert into indexed values (1, 'abc', 'def ghi', point(1, 2), 3), (1, null, null, point(-1e300, 1e-300), null);

--: mariadb: unique blobs and long keys
create table unique_blobs (a text, b blob, unique key (a), unique key (b) using hash); insert into unique_blobs values ('x', 'y'), (null, null);

--: mariadb since 10.8: keys in falling order and that are ignored
create table falling (a int, b int, key (a desc, b), key ign (b) ignored); insert into falling values (1, 2);

--: foreign keys in a cycle, to itself and to other columns
set foreign_key_checks = 0; create table hen (id int primary key, egg int, constraint `fk'1` foreign key (egg) references egg (id) on delete set null on update cascade); create table egg (id int primary key, hen int not null, self int, other int, foreign key (hen) references hen (id) on delete restrict, foreign key (self) references egg (id), unique key (other)); create table of_other (o int, foreign key (o) references egg (other) on delete no action on update no action);
insert into hen values (1, 1); insert into egg values (1, 1, 1, 5); insert into of_other values (5), (null); set foreign_key_checks = 1;

--: rows that break a foreign key
set foreign_key_checks = 0; create table parent (id int primary key) ; create table child (id int, foreign key (id) references parent (id)); insert into child values (99); set foreign_key_checks = 1;

--: partitions of every kind
create table by_range (id int, at date, primary key (id, at)) partition by range columns (at) (partition p0 values less than ('2020-01-01') comment 'it''s', partition `p'1` values less than (maxvalue)); insert into by_range values (1, '2019-01-01'), (2, '2021-01-01');
create table by_list (k varchar(10) charset utf8mb4, n int) partition by list columns (k) (partition a values in ('a', 'ö', 'it''s'), partition b values in (null, '')); insert into by_list values ('a', 1), ('ö', 2), (null, 3); create table by_key (id int primary key) partition by linear key (id) partitions 3; insert into by_key values (1), (2), (3);
create table sub_parts (id int, y int) partition by range (y) subpartition by hash (id) subpartitions 2 (partition p0 values less than (10) (subpartition s0, subpartition s1), partition p1 values less than maxvalue (subpartition s2, subpartition s3)); insert into sub_parts values (1, 5), (2, 50); create table by_hash (d date) partition by hash (to_days(d)) partitions 4; insert into by_hash values ('2026-01-01');

--: mariadb: periods of an app
create table period_ (id int, f date, u date, period for `p``p` (f, u), unique (id, `p``p` without overlaps)); insert into period_ values (1, '2020-01-01', '2021-01-01');

--: mariadb: sequences in odd states
create sequence s_new; create sequence s_odd start with 50 increment by -3 minvalue -100 maxvalue 100 cycle cache 7 comment = 'it''s'; create sequence s_used nocache; do nextval(s_used); do nextval(s_used); create sequence s_set; do setval(s_set, 4711, 0); create sequence s_end maxvalue 2 nocache; do setval(s_end, 2); create sequence `s``q` start with 9223372036854775806 engine = innodb; 
