-- What a server has besides databases, one line each; see catalogue.sql.
select format('role %s: %s', rolname, to_jsonb(r) - 'oid') from pg_authid r where rolname ~ '^m_';
select format('comment of role %s: %s', rolname, replace(shobj_description(oid, 'pg_authid'), E'\n', '\n')) from pg_authid where rolname ~ '^m_';
select format('setting of role %s: %s', setrole::regrole, s) from pg_db_role_setting, unnest(setconfig) s where setdatabase = 0 and setrole::regrole::text ~ '^"?m_';
select format('member %s of %s: %s', m.member::regrole, m.roleid::regrole, to_jsonb(m) - '{oid,member,roleid,grantor}'::text[]) || ' by ' || m.grantor::regrole from pg_auth_members m where member::regrole::text ~ '^"?m_';
select $$select format('parameter %s: %s may %s', parname, grantee::regrole, privilege_type) from pg_parameter_acl, aclexplode(paracl) where grantee::regrole::text like 'm\_%'$$ where current_setting('server_version_num')::int >= 150000 \gexec
