--: partitions by range, with a primary key
create table part (id int, at date, primary key (id, at)) partition by range (at);
create table part_1 partition of part for values from (minvalue) to ('2020-01-01');
create table part_2 partition of part for values from ('2020-01-01') to ('2021-01-01');
create table part_rest partition of part default;
insert into part select i, date '2019-06-01' + i * 30 from generate_series(1, 30) i;

--: partitions within partitions, by list and hash
create table nested (k text, n int, body text default 'x') partition by list (k);
create table nested_a partition of nested for values in ('a', '🐘', 'it''s') partition by hash (n);
create table nested_a0 partition of nested_a (body default 'y') for values with (modulus 3, remainder 0); create table nested_a1 partition of nested_a for values with (modulus 3, remainder 1); create table nested_a2 partition of nested_a for values with (modulus 3, remainder 2);
create table nested_null partition of nested for values in (null) partition by range (n, (length(k)));
create table nested_null_1 partition of nested_null for values from (minvalue, minvalue) to (10, maxvalue); create table nested_null_rest partition of nested_null default;
insert into nested select case i % 4 when 0 then 'a' when 1 then '🐘' when 2 then 'it''s' end, i % 10, 'b' || i from generate_series(1, 200) i;
create index on nested (n); create unique index on only nested_a0 (body, n); comment on table nested_a is 'nested';

--: a partition with other columns in another order, attached later
create table attached_to (a int not null, b text, c int default 3) partition by range (a);
create table attached (c int, gone int, b text, a int not null, check (a >= 0 and a < 10)); alter table attached drop column gone;
insert into attached values (1, 'b', 2); alter table attached_to attach partition attached for values from (0) to (10);
create table sent_away partition of attached_to for values from (10) to (20); alter table attached_to detach partition sent_away;
create table unattached_index (like attached_to); create index not_yet on only attached_to (b);

--: partitions with foreign keys, triggers and identity
create table referenced (id int primary key) partition by range (id); create table referenced_1 partition of referenced for values from (0) to (100);
create table referring (id int references referenced on delete cascade, x serial) partition by hash (id); create table referring_0 partition of referring for values with (modulus 1, remainder 0);
insert into referenced select generate_series(1, 10); insert into referring select generate_series(1, 10);
create function touched() returns trigger language plpgsql as 'begin return new; end'; create trigger touch after insert or update on referring for each row execute function touched();
alter table referring_0 disable trigger touch;

--: since 17: a partitioned table with an identity
create table identified (id int generated always as identity, k int) partition by list (k); create table identified_1 partition of identified for values in (1);
insert into identified (k) values (1), (1);

--: a partitioned table in a tree with inheritance outside of it
create table partitioned_alone (a int, b int default 7) partition by list (a);
comment on table partitioned_alone is 'without any partition';
