--: since 15: tables and indexes in a tablespace
set default_tablespace = m_space; create table in_space (a int primary key); reset default_tablespace; create index in_space_too on in_space (a) tablespace m_space; create table p_space (a int) partition by list (a) tablespace m_space; create materialized view mat_space tablespace m_space as select 1 as a; insert into in_space values (1);
