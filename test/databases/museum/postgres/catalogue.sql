-- What a database is, one line each: KIND NAME: VALUE. Names stand in the place of numbers that differ from server to server.
-- For psql, of any database of the museum, by a superuser.
set client_encoding = sql_ascii; set search_path = pg_catalog; set standard_conforming_strings = on; set client_min_messages = error; set row_security = off; set default_transaction_read_only = off;
set datestyle = 'ISO, YMD'; set intervalstyle = postgres; set timezone = 'UTC'; set bytea_output = hex; set extra_float_digits = 3; set xmlbinary = base64; set quote_all_identifiers = off; set session_replication_role = replica; set xmloption = content; set statement_timeout = 0; set enable_seqscan = on;

create function pg_temp.name(class regclass, object oid, part int default 0) returns text stable language sql as $$
  select case when object <> 0 then coalesce((select type || ' ' || identity from pg_identify_object(class, object, part)), class::text || ' of the system') end $$;
create function pg_temp.role(object oid) returns text stable language sql as $$ select case object when 0 then 'public' else coalesce((select rolname::text from pg_roles where oid = object), 'unknown') end $$;
create function pg_temp.acl(acl aclitem[], kind "char", owner oid) returns text stable language sql as $$
  select coalesce(string_agg(format('%s may %s%s by %s', pg_temp.role(grantee), privilege_type, case when is_grantable then ' and grant' end, pg_temp.role(grantor)), ', ' order by pg_temp.role(grantee), privilege_type, pg_temp.role(grantor)), 'nobody')
  from aclexplode(coalesce(acl, acldefault(kind, owner))) $$;
create function pg_temp.line(kind text, name text, value text) returns text immutable language sql as $$
  select replace(replace(format('%s %s: %s', kind, name, value), E'\\', E'\\\\'), E'\n', E'\\n') $$;
-- A row of a catalogue without these columns, without what is null, and without the number that some servers give each column that they make.
create function pg_temp.rest(of_row jsonb, variadic but text[]) returns text immutable language sql as $$ select regexp_replace(jsonb_strip_nulls(of_row - but)::text, 'pg_attver=[0-9]+', 'pg_attver') $$;
create function pg_temp.ours(schema oid) returns boolean stable language sql as $$ select nspname !~ '^pg_(toast|temp_|toast_temp_)' and nspname not in ('pg_catalog', 'information_schema') from pg_namespace where oid = schema $$;

select pg_temp.line('database', 'itself', pg_temp.rest(to_jsonb(d), 'oid', 'datname', 'datdba', 'datacl', 'dattablespace', 'datfrozenxid', 'datminmxid', 'datlastsysoid', 'datcollversion') || ' owner ' || pg_temp.role(datdba) || ' space ' || (select spcname from pg_tablespace s where s.oid = dattablespace) || ' ' || pg_temp.acl(datacl, 'd', datdba)) from pg_database d where datname = current_database();
select pg_temp.line('comment of the database', 'itself', shobj_description(oid, 'pg_database')) from pg_database where datname = current_database();
select pg_temp.line('setting of the database', pg_temp.role(setrole), s) from pg_db_role_setting, unnest(setconfig) s where setdatabase = (select oid from pg_database where datname = current_database());
select pg_temp.line('schema', nspname, pg_temp.role(nspowner) || ' ' || pg_temp.acl(nspacl, 'n', nspowner)) from pg_namespace where nspname !~ '^pg_(toast|temp_|toast_temp_)';
select pg_temp.line('extension', extname, format('%s %s %s %s', extversion, extnamespace::regnamespace, pg_temp.role(extowner), extcondition::text) || (select string_agg(c::regclass::text, ' ') from unnest(extconfig) c)) from pg_extension;
select pg_temp.line('belongs to extension', pg_temp.name(classid, objid, objsubid), pg_temp.name(refclassid, refobjid) || ' ' || deptype::text) from pg_depend where deptype in ('e', 'x');
select pg_temp.line('comment', pg_temp.name(classoid, objoid, objsubid), description) from pg_description d
  where objoid >= 16384 or classoid = 'pg_namespace'::regclass or description like 'ours%';
select pg_temp.line('label', pg_temp.name(classoid, objoid, objsubid) || ' ' || provider, label) from pg_seclabel;
-- Rights on objects of the server and of extensions that are not those which they came with.
select pg_temp.line('rights on', pg_temp.name(c, o, s), pg_temp.acl(acl, kind, owner)) from (
    select 'pg_proc'::regclass c, p.oid o, 0 s, proacl acl, 'f'::"char" kind, proowner as owner from pg_proc p where pronamespace <> pg_my_temp_schema()
    union all select 'pg_class'::regclass, r.oid, 0, relacl, case relkind when 'S' then 's' else 'r' end::"char", relowner from pg_class r
    union all select 'pg_class'::regclass, attrelid, attnum, attacl, 'c'::"char", relowner from pg_attribute join pg_class r on r.oid = attrelid where attacl is not null
    union all select 'pg_type'::regclass, t.oid, 0, typacl, 'T'::"char", typowner from pg_type t where typacl is not null
    union all select 'pg_language'::regclass, l.oid, 0, lanacl, 'l'::"char", lanowner from pg_language l
    union all select 'pg_foreign_data_wrapper'::regclass, w.oid, 0, fdwacl, 'F'::"char", fdwowner from pg_foreign_data_wrapper w
    union all select 'pg_foreign_server'::regclass, v.oid, 0, srvacl, 'S'::"char", srvowner from pg_foreign_server v
    union all select 'pg_largeobject'::regclass, m.oid, 0, lomacl, 'L'::"char", lomowner from pg_largeobject_metadata m) rights
  left join pg_init_privs i on (i.objoid, i.classoid, i.objsubid) = (o, c, s)
  where acl is not null and acl is distinct from i.initprivs;
select pg_temp.line('default rights', coalesce(nullif(defaclnamespace, 0)::regnamespace::text, 'everywhere') || ' ' || pg_temp.role(defaclrole) || ' ' || defaclobjtype::text, pg_temp.acl(defaclacl, 'r', defaclrole)) from pg_default_acl;

select pg_temp.line('relation', pg_temp.name('pg_class', c.oid), pg_temp.rest(to_jsonb(c), 'oid', 'relname', 'relnamespace', 'reltype', 'reloftype', 'relowner', 'relam', 'relfilenode', 'reltablespace', 'relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'reltoastrelid', 'relhasindex', 'relnatts', 'relchecks', 'relhassubclass', 'relhasrules', 'relhastriggers', 'relrewrite', 'relfrozenxid', 'relminmxid', 'relacl', 'relpartbound')
    || format(' owner %s, of %s, am %s, space %s, bound %s, key %s, toast %s', pg_temp.role(relowner), nullif(reloftype, 0)::regtype, (select amname from pg_am a where a.oid = relam), (select spcname from pg_tablespace s where s.oid = reltablespace), pg_get_expr(relpartbound, c.oid), case relkind when 'p' then pg_get_partkeydef(c.oid) end, (select reloptions from pg_class t where t.oid = c.reltoastrelid)))
  from pg_class c where pg_temp.ours(relnamespace);
select pg_temp.line('column', pg_temp.name('pg_class', attrelid, attnum), format('#%s %s %s collate %s default %s ', row_number() over (partition by attrelid order by attnum), format_type(atttypid, atttypmod), pg_temp.rest(to_jsonb(a), 'attrelid', 'attname', 'atttypid', 'attnum', 'atttypmod', 'attcollation', 'attacl', 'attndims', 'attmissingval', 'atthasmissing', 'attcacheoff'), nullif(attcollation, 0)::regcollation, pg_get_expr(adbin, adrelid)))
  from pg_attribute a join pg_class c on c.oid = attrelid left join pg_attrdef on (adrelid, adnum) = (attrelid, attnum) where attnum > 0 and not attisdropped and pg_temp.ours(relnamespace);
select pg_temp.line('inherits', i.inhrelid::regclass::text, string_agg(inhparent::regclass::text, ', ' order by inhseqno)) from pg_inherits i group by inhrelid;
select pg_temp.line('index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) || pg_temp.rest(to_jsonb(i), 'indexrelid', 'indrelid', 'indkey', 'indcollation', 'indclass', 'indexprs', 'indpred', 'indcheckxmin')) from pg_index i join pg_class c on c.oid = indexrelid where pg_temp.ours(relnamespace);
select pg_temp.line('constraint', pg_temp.name('pg_constraint', c.oid), pg_get_constraintdef(c.oid) || pg_temp.rest(to_jsonb(c), 'oid', 'connamespace', 'conrelid', 'contypid', 'conindid', 'conparentid', 'confrelid', 'conkey', 'confkey', 'conpfeqop', 'conppeqop', 'conffeqop', 'confdelsetcols', 'conexclop', 'conbin', case when contype in ('p', 'u') then 'connoinherit' else '' end) || format(' %s', nullif(conindid, 0)::regclass)) from pg_constraint c where pg_temp.ours(connamespace);
select pg_temp.line('trigger', pg_temp.name('pg_trigger', t.oid), pg_get_triggerdef(t.oid) || tgenabled::text) from pg_trigger t where not tgisinternal;
select pg_temp.line('inner triggers', tgrelid::regclass::text, string_agg(tgenabled::text || ' ' || tgtype || ' ' || tgfoid::regproc, ', ' order by tgtype, tgfoid, tgenabled)) from pg_trigger t where tgisinternal group by tgrelid;
select pg_temp.line('rule', pg_temp.name('pg_rewrite', r.oid), pg_get_ruledef(r.oid) || ev_enabled::text) from pg_rewrite r join pg_class c on c.oid = ev_class where pg_temp.ours(relnamespace);
select pg_temp.line('policy', pg_temp.name('pg_policy', p.oid), format('%s %s %s using %s check %s', polcmd, polpermissive, (select string_agg(pg_temp.role(r), ', ' order by pg_temp.role(r)) from unnest(polroles) r), pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))) from pg_policy p;
select pg_temp.line('statistics', pg_temp.name('pg_statistic_ext', s.oid), pg_get_statisticsobjdef(s.oid) || ' owner ' || pg_temp.role(stxowner) || coalesce(to_jsonb(s) ->> 'stxstattarget', '')) from pg_statistic_ext s;
select pg_temp.line('sequence', seqrelid::regclass::text, pg_temp.rest(to_jsonb(s), 'seqrelid', 'seqtypid') || seqtypid::regtype || coalesce((select deptype::text || refobjid::regclass::text || '.' || attname from pg_depend join pg_attribute on (attrelid, attnum) = (refobjid, refobjsubid) where (classid, objid, refclassid) = ('pg_class'::regclass, seqrelid, 'pg_class'::regclass) and deptype in ('a', 'i')), '')) from pg_sequence s;
select format('select pg_temp.line(%L, %L, last_value || %L || is_called) from %s', 'state of sequence', seqrelid::regclass, ' ', seqrelid::regclass) from pg_sequence join pg_class c on c.oid = seqrelid where pg_temp.ours(relnamespace) \gexec

select pg_temp.line('function', pg_temp.name('pg_proc', p.oid), case prokind when 'a' then '' else coalesce(pg_get_functiondef(p.oid), '') end || pg_temp.rest(to_jsonb(p), 'oid', 'pronamespace', 'proowner', 'prolang', 'provariadic', 'prosupport', 'prorettype', 'proargtypes', 'proallargtypes', 'proargdefaults', 'prosqlbody', 'proacl', 'protrftypes', 'prosrc') || ' owner ' || pg_temp.role(proowner)) from pg_proc p where pg_temp.ours(pronamespace);
select pg_temp.line('aggregate', pg_temp.name('pg_proc', a.aggfnoid), pg_temp.rest(to_jsonb(a), 'aggfnoid', 'aggtranstype', 'aggmtranstype', 'aggsortop') || aggtranstype::regtype || aggmtranstype::regtype || aggsortop::regoperator) from pg_aggregate a join pg_proc p on p.oid = aggfnoid where pg_temp.ours(pronamespace);
select pg_temp.line('type', pg_temp.name('pg_type', t.oid), pg_temp.rest(to_jsonb(t), 'oid', 'typnamespace', 'typowner', 'typrelid', 'typelem', 'typarray', 'typbasetype', 'typcollation', 'typacl', 'typdefaultbin', 'typsubscript') || format(' owner %s, of %s, element %s, array %s, collate %s, default %s', pg_temp.role(t.typowner), format_type(nullif(t.typbasetype, 0), t.typtypmod), nullif(t.typelem, 0)::regtype, nullif(t.typarray, 0)::regtype, nullif(t.typcollation, 0)::regcollation, pg_get_expr(t.typdefaultbin, 0))) from pg_type t left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
  where pg_temp.ours(t.typnamespace) and not exists (select from pg_class where oid in (t.typrelid, e.typrelid) and relkind <> 'c');
select pg_temp.line('labels', enumtypid::regtype::text, string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)) from pg_enum group by enumtypid;
select pg_temp.line('range', rngtypid::regtype::text, format('%s %s %s %s %s %s', rngsubtype::regtype, nullif(rngcollation, 0)::regcollation, pg_temp.name('pg_opclass', rngsubopc), rngcanonical, rngsubdiff, (to_jsonb(r) ->> 'rngmultitypid')::oid::regtype)) from pg_range r join pg_type t on t.oid = rngtypid where pg_temp.ours(typnamespace);
select pg_temp.line('operator', pg_temp.name('pg_operator', o.oid), pg_temp.rest(to_jsonb(o), 'oid', 'oprnamespace', 'oprowner', 'oprleft', 'oprright', 'oprresult', 'oprcom', 'oprnegate') || format(' owner %s, %s %s %s', pg_temp.role(oprowner), oprresult::regtype, oprcom::regoperator, oprnegate::regoperator)) from pg_operator o where pg_temp.ours(oprnamespace);
select pg_temp.line('operator class', pg_temp.name('pg_opclass', o.oid), format('%s %s %s %s %s', pg_temp.role(opcowner), pg_temp.name('pg_opfamily', opcfamily), opcintype::regtype, opcdefault, nullif(opckeytype, 0)::regtype)) from pg_opclass o where pg_temp.ours(opcnamespace);
select pg_temp.line('operator family', pg_temp.name('pg_opfamily', o.oid), pg_temp.role(opfowner)) from pg_opfamily o where pg_temp.ours(opfnamespace);
select pg_temp.line('operator of', pg_temp.name('pg_amop', a.oid), format('%s %s', amopopr::regoperator, amoppurpose)) from pg_amop a where a.oid >= 16384;
select pg_temp.line('function of', pg_temp.name('pg_amproc', a.oid), amproc::regprocedure::text) from pg_amproc a where a.oid >= 16384;
select pg_temp.line('cast', pg_temp.name('pg_cast', c.oid), format('%s %s %s', nullif(castfunc, 0)::regprocedure, castcontext, castmethod)) from pg_cast c where c.oid >= 16384;
select pg_temp.line('conversion', pg_temp.name('pg_conversion', c.oid), pg_temp.rest(to_jsonb(c), 'oid', 'conowner', 'connamespace') || pg_temp.role(conowner)) from pg_conversion c where pg_temp.ours(connamespace);
select pg_temp.line('collation', pg_temp.name('pg_collation', c.oid), pg_temp.rest(to_jsonb(c), 'oid', 'collowner', 'collnamespace') || pg_temp.role(collowner)) from pg_collation c where pg_temp.ours(collnamespace);
select pg_temp.line('language', lanname, pg_temp.rest(to_jsonb(l), 'oid', 'lanowner', 'lanplcallfoid', 'laninline', 'lanvalidator', 'lanacl') || format('%s %s %s %s', pg_temp.role(lanowner), lanplcallfoid::regproc, laninline::regproc, lanvalidator::regproc)) from pg_language l;
select pg_temp.line('transform', pg_temp.name('pg_transform', t.oid), trffromsql::regproc || ' ' || trftosql::regproc) from pg_transform t;
select pg_temp.line('access method', amname, amhandler || ' ' || amtype::text) from pg_am;
select pg_temp.line('dictionary', pg_temp.name('pg_ts_dict', d.oid), format('%s %s %s', pg_temp.role(dictowner), pg_temp.name('pg_ts_template', dicttemplate), dictinitoption)) from pg_ts_dict d where pg_temp.ours(dictnamespace);
select pg_temp.line('search configuration', pg_temp.name('pg_ts_config', c.oid), pg_temp.role(cfgowner) || pg_temp.name('pg_ts_parser', cfgparser) || coalesce((select string_agg(maptokentype || ' ' || mapseqno || ' ' || mapdict::regdictionary, ', ' order by maptokentype, mapseqno) from pg_ts_config_map where mapcfg = c.oid), '')) from pg_ts_config c where pg_temp.ours(cfgnamespace);
select pg_temp.line('parser', pg_temp.name('pg_ts_parser', p.oid), pg_temp.rest(to_jsonb(p), 'oid', 'prsnamespace')) from pg_ts_parser p where pg_temp.ours(prsnamespace);
select pg_temp.line('template', pg_temp.name('pg_ts_template', t.oid), pg_temp.rest(to_jsonb(t), 'oid', 'tmplnamespace')) from pg_ts_template t where pg_temp.ours(tmplnamespace);

select pg_temp.line('wrapper', fdwname, format('%s %s %s %s', pg_temp.role(fdwowner), nullif(fdwhandler, 0)::regproc, nullif(fdwvalidator, 0)::regproc, array(select unnest(fdwoptions) order by 1))) from pg_foreign_data_wrapper;
select pg_temp.line('server', srvname, format('%s %s %s %s %s', pg_temp.role(srvowner), pg_temp.name('pg_foreign_data_wrapper', srvfdw), srvtype, srvversion, array(select unnest(srvoptions) order by 1))) from pg_foreign_server;
select pg_temp.line('user mapping', srvname || ' ' || pg_temp.role(umuser), array(select unnest(umoptions) order by 1)::text) from pg_user_mapping join pg_foreign_server s on s.oid = umserver;
select pg_temp.line('foreign table', ftrelid::regclass::text, pg_temp.name('pg_foreign_server', ftserver) || array(select unnest(ftoptions) order by 1)::text) from pg_foreign_table;
select pg_temp.line('event trigger', evtname, pg_temp.rest(to_jsonb(e), 'oid', 'evtowner', 'evtfoid') || pg_temp.role(evtowner) || evtfoid::regproc) from pg_event_trigger e;
select pg_temp.line('publication', pubname, pg_temp.rest(to_jsonb(p), 'oid', 'pubowner') || pg_temp.role(pubowner)) from pg_publication p;
select pg_temp.line('published', pg_temp.name('pg_publication_rel', r.oid), coalesce(pg_get_expr((to_jsonb(r) ->> 'prqual')::pg_node_tree, prrelid), '') || coalesce(to_jsonb(r) ->> 'prattrs', '')) from pg_publication_rel r where current_setting('server_version_num')::int < 150000;
select format('select pg_temp.line(%L, pg_temp.name(%L, r.oid), format(%L, pg_get_expr(prqual, prrelid), prattrs)) from pg_publication_rel r', 'published', 'pg_publication_rel', '%s %s'), $$select pg_temp.line('published schema', pg_temp.name('pg_publication_namespace', oid), '') from pg_publication_namespace$$ where current_setting('server_version_num')::int >= 150000 \gexec
select pg_temp.line('subscription', subname, pg_temp.rest(to_jsonb(s), 'oid', 'subdbid', 'subowner', 'subskiplsn') || pg_temp.role(subowner)) from pg_subscription s where subdbid = (select oid from pg_database where datname = current_database());

select pg_temp.line('large object', oid::text, pg_temp.role(lomowner) || ' ' || md5(lo_get(oid))) from pg_largeobject_metadata;
select format('select pg_temp.line(%L, %L, count(*) || %L || coalesce(md5(string_agg(md5((one.*)::text), %L order by md5((one.*)::text))), %L)) from only %s as one', 'rows', oid::regclass, ' ', '', '', oid::regclass) from pg_class c where relkind in ('r', 'm') and pg_temp.ours(relnamespace) and relispopulated \gexec
select pg_temp.line('of ours in a schema of the system', pg_temp.name(classid, object), '') from (select 'pg_proc'::regclass classid, oid as object, pronamespace as schema from pg_proc union all select 'pg_class'::regclass, oid, relnamespace from pg_class) a where object >= 16384 and schema in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and not exists (select from pg_depend where (pg_depend.classid, objid, deptype) = (a.classid, object, 'e'));
