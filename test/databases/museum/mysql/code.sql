--: triggers, several of a time, of odd users and modes
create table triggered (id int primary key, a int, t text); create table trigger_log (w text);
delimiter $$
create trigger `tr``ig'1` before insert on triggered for each row begin set new.a = coalesce(new.a, 1); insert into trigger_log values (';;'); end $$
create definer = `gh'ost`@`no-where` trigger second_ before insert on triggered for each row follows `tr``ig'1` insert into trigger_log values ('2 -- */ /* ') $$
create trigger first_ before insert on triggered for each row precedes `tr``ig'1` insert into trigger_log values ('\\ delimiter ;;') $$
set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE' $$
create trigger "ansi" after update on triggered for each row begin insert into "trigger_log" values ('\' || new.t || ''';\'); end $$
set sql_mode = default, names latin1 collate latin1_german2_ci $$
create trigger of_latin after delete on triggered for each row insert into trigger_log values ('x') $$
set names utf8mb4 $$
delimiter ;


--: routines with odd bodies and every property
delimiter $$
create function `fu``nc'` (a int, b varchar(20) charset latin1 collate latin1_bin) returns text charset utf8mb4 deterministic no sql sql security invoker comment 'it''s \\ 🐘' begin return concat(a, ';', '\\', "''", '🐘', ' $$ ', b); end $$
create definer = `gh'ost`@`%` procedure `pro``c` (in a int, out b text, inout c decimal(10, 2)) modifies sql data begin declare x text default '; -- '; declare continue handler for sqlexception begin end; l: loop set b = x; leave l; end loop; /* a comment; */ -- another ;
select 1; # third
end $$
create procedure odd_text () begin select 'DELIMITER ;;', ';;', '*/', '/*!50003', '\nUSE `x`;\n', '-- Dump completed'; end $$
set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT' $$
create function "ansi"() returns text deterministic return '\' || '''' || '\n' $$
set sql_mode = default $$
create function counts () returns int reads sql data return (select count(*) from information_schema.schemata) $$
delimiter ;

--: mariadb: packages, aggregates and the mode of Oracle
delimiter $$
set sql_mode = oracle $$
create or replace package "pa'ck" as function f(a int) return int; procedure p; end $$
create or replace package body "pa'ck" as x int := 7; function f(a int) return int as begin return a + x; end; procedure p as begin null; end; begin x := 8; end $$
create procedure oracle_proc (a in int, b out varchar2) as c int := 1; begin if a = c then b := 'x' || ';'; end if; end $$
set sql_mode = default $$
create aggregate function total_of (x int) returns int begin declare s int default 0; declare continue handler for not found return s; loop fetch group next row; set s = s + x; end loop; end $$
delimiter ;

--: events
set time_zone = '+05:45'; set @old = @@sql_mode;
delimiter $$
create event `ev``ent 'ö` on schedule every '1:30' hour_minute starts '2031-01-01 00:00:00' ends '2032-01-01 00:00:00' on completion preserve disable comment 'it''s' do begin declare x int; set x = 1; end $$
create definer = `gh'ost`@`%` event one_time on schedule at '2035-01-01 00:00:00' on completion preserve do select ';' $$
create event of_weeks on schedule every 3 week starts '2031-06-01 12:00:00' disable do select '\\', "''" $$
set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' $$
create event "ansi" on schedule every 1 year starts '2031-01-01 00:00:00' disable do select "ansi" from (select '\' as "ansi") x $$
delimiter ;
set sql_mode = default, time_zone = default;

--: views in chains, of odd users and with options
create table base (id int primary key, `a``b` int, t text); insert into base values (1, 2, 'x'), (2, 3, 'y');
create view z_last as select id, `a``b`, t from base; create view m_middle as select id, `a``b` + 1 as `o'ne` from z_last; create view a_first as select m.*, z.t from m_middle m join z_last z on m.id = z.id;
create algorithm = merge sql security invoker view `vi``ew 'ö` as select id, 'it''s \\ ; 🐘' as s from base where id > 1 with local check option; create algorithm = temptable view temp_view as select count(*) as c, max(t) from base group by id; create view checked as select * from base where id < 10 with cascaded check option;
create view unions as select 1 as a union all select id from base order by 1 limit 3; create view recursive_view as with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select i, row_number() over (partition by i % 2 order by i desc) as r from n; create function of_view () returns int deterministic return 7; create view with_function as select of_view() as f, now() as n, current_user() as u, cast('x' as char charset latin1) as c, interval(1, 2), 1 as `1`, 'a' 'b';
