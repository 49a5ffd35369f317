--: rights on tables, columns, sequences and functions
create table granted (id serial primary key, a int, "b's" text); create function granted_f() returns int language sql as 'select 1'; create procedure granted_p() language sql as 'select 1'; create type granted_t as enum ('x'); create domain granted_d as int;
grant select, insert on granted to m_owner with grant option; grant select (a, "b's"), update ("b's") on granted to m_visitor; grant references (id) on granted to public; set role m_owner; grant select on granted to m_guard; reset role;
grant usage on sequence granted_id_seq to m_visitor; revoke all on function granted_f() from public; grant execute on function granted_f() to m_guard with grant option; revoke execute on procedure granted_p() from public; revoke usage on type granted_t from public; grant usage on domain granted_d to "m_o'dd ""na\me"" 🐘 -- ; $(id)";
create table revoked (a int); revoke all on revoked from current_user; revoke all on revoked from public; create schema granted_s; grant usage on schema granted_s to public; grant create on schema granted_s to m_owner with grant option;

--: rights on the schema public
revoke all on schema public from public; grant usage on schema public to m_visitor, m_owner, m_guard; comment on schema public is 'it''s public';

--: default privileges
create schema by_default; alter default privileges for role m_owner in schema by_default grant select on tables to m_visitor; alter default privileges for role m_owner grant usage on sequences to public; alter default privileges in schema by_default grant execute on functions to m_guard with grant option;
alter default privileges revoke execute on functions from public; alter default privileges for role m_owner revoke usage on types from public; alter default privileges for role m_owner grant usage, create on schemas to m_visitor; create table by_default.plain (a int); create function by_default.f() returns int language sql as 'select 1';

--: row security with policies
create table secured (id int, owner_ name default current_user, body text); alter table secured enable row level security; alter table secured force row level security;
create policy "po'l 🐘" on secured as restrictive for update to m_visitor, m_guard using (id > 1) with check (body <> ':x;' and owner_ = current_user); create policy all_ on secured using (exists (select from pg_roles r where r.rolname = owner_)); create policy off on secured for delete to public using (false);
create table not_enabled (a int); create policy p on not_enabled using (true); comment on policy all_ on secured is 'policy'; insert into secured values (1, 'm_guard', 'x'), (2, 'nobody', 'y'); grant select on secured to m_visitor;

--: rights on objects of the system
revoke execute on function pg_catalog.pg_sleep(double precision) from public; grant execute on function pg_catalog.pg_ls_dir(text) to m_visitor; grant select on pg_catalog.pg_authid to m_guard; revoke select on pg_catalog.pg_settings from public; grant select (rolname) on pg_catalog.pg_authid to m_visitor;

--: since 17: the right to maintain
create table maintained (a int); grant maintain on maintained to m_visitor;
