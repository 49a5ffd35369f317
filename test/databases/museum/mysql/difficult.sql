--: numbers of single precision that six digits do not tell
create table singles (f float); insert into singles values (16777217), (0.123456789), (-0.3333333);

--: a row that the server takes but once
create table largest (b longblob); insert into largest values (repeat(x'00ff5c27', 2300000)); analyze table largest;

--: a zero with a sign
create table zeros (f double); insert into zeros values (-0e0), (0);

--: a view of a definer that is gone
create table base (id int); create definer = `gh'ost`@`%` view of_ghost as select * from base;

--: a view of a table that is gone
create table base (id int); create view of_base as select * from base; drop table base;

--: enumerations of characters that take four bytes
create table labelled (e enum('🐘', 'x') charset utf8mb4); insert into labelled values ('🐘');

--: a default of a date that is none
set sql_mode = ''; create table zero_default (d date not null default '0000-00-00', t timestamp not null default '0000-00-00 00:00:00'); insert into zero_default values (); set sql_mode = default;

--: mariadb: a trigger on a table with a history
create table versioned (id int) with system versioning; create table l (i int); create trigger t after insert on versioned for each row insert into l values (new.id); insert into versioned values (1);

--: mariadb: a sequence that a default refers to
create sequence a_seq; create table z_table (id int default nextval(a_seq), t int); create view b_view as select lastval(a_seq) as v; insert into z_table (t) values (1);

--: a view of a table in another database
create view elsewhere as select user from mysql.user;

--: an enumeration with a value of no label
set sql_mode = ''; create table e (e enum('a', 'b') not null); insert ignore into e values ('z'); set sql_mode = default;

--: an enumeration with a value of no label, and a label that looks like it
set sql_mode = ''; create table e (e enum('a', '') not null); insert ignore into e values ('z'), (''); set sql_mode = default;

--: mariadb: tables with a history
create table versioned (id int primary key, t text) with system versioning; set timestamp = 1700000000; insert into versioned values (1, 'old'), (2, 'gone'); set timestamp = 1700000100; update versioned set t = 'new' where id = 1; delete from versioned where id = 2; set timestamp = default;
create table named_period (id int, x int without system versioning, `st``art` timestamp(6) generated always as row start invisible, e timestamp(6) generated always as row end, period for system_time (`st``art`, e)) with system versioning; insert into named_period (id, x) values (1, 1); update named_period set id = 2;
create table partitioned_history (id int) with system versioning partition by system_time (partition h history, partition n current); insert into partitioned_history values (1); delete from partitioned_history; create table bitemporal (id int, f date, u date, period for p (f, u)) with system versioning; insert into bitemporal values (1, '2020-01-01', '2021-01-01');

--: mariadb: a history by transactions
create table by_transaction (id int, s bigint unsigned generated always as row start, e bigint unsigned generated always as row end, period for system_time (s, e)) with system versioning engine = innodb; insert into by_transaction (id) values (1), (2); update by_transaction set id = 3 where id = 1;
