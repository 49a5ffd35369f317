-- Roles of the museum, before anything else. All of their names begin with m_, by which they are lost.
create role m_owner createdb connection limit 7 password 'it''s \ "secret" $(id) 🐘';
create role m_guard login noinherit password 'guard' valid until '2031-02-03 04:05:06+00';
create role "m_o'dd ""na\me"" 🐘 -- ; $(id)" createrole bypassrls;
create role m_visitor nologin;
create role m_replicator replication login;
comment on role m_owner is E'it''s; \\ 🐘\n\\connect nowhere\nsecond line';
grant m_owner to m_guard with admin option;
grant m_visitor to m_guard, "m_o'dd ""na\me"" 🐘 -- ; $(id)";
grant pg_monitor to m_visitor;
alter role m_guard set work_mem = '7MB';
alter role m_guard set search_path = "we""ird", app, '$user', public;
alter role m_visitor set default_transaction_isolation = 'repeatable read';
