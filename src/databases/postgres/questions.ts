import { losses } from './losses.ts';
import { isMark } from './restore/marks.ts';

/** A name in octal, see `octal.ts`. Nothing is quoted by a backslash, whose meaning is a setting. */
const octal = `
  (select string_agg(chr(92) || '0' || (byte / 64)::text || (byte / 8 % 8)::text || (byte % 8)::text, '' order by place)
   from (select place, get_byte(bytes, place) as byte from generate_series(0, length(bytes) - 1) as place) as one)`;

/** Whether roles can be dumped with their passwords. */
export const passwordsQuestion = `select has_table_privilege('pg_catalog.pg_authid', 'select')`;

/**
 * Lines `replica=`, `lag=` and `stalled=` of a server that follows another. It has caught up when it has replayed all that it has
 * received; else it is as far behind as the last commit that it has replayed. Of one that reads an archive nothing is known:
 * that commit may be old because there was no other.
 */
const following = `
  with state as (
    select exists (select from pg_catalog.pg_stat_wal_receiver) as receives, pg_is_wal_replay_paused() as is_paused,
           current_setting('restore_command') <> '' as reads_archive,
           pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() as has_all, pg_last_xact_replay_timestamp() as last_commit
    where pg_is_in_recovery())
  select 'replica=' || case when pg_is_in_recovery() then 'yes' else 'no' end
  union all
  select 'lag=' || case when has_all then 0 else greatest(0, extract(epoch from clock_timestamp() - last_commit))::bigint end
  from state where receives and (has_all or last_commit is not null)
  union all
  select 'stalled=' || case when is_paused then 'its replay is paused' else 'it receives nothing' end
  from state where is_paused or not receives and not reads_archive`;

/**
 * All that is asked of the server, in one question, as each needs a client and a connection: lines `version=`, `number=`
 * (150003), `passwords=` (true or false), `creates=` (true when the user may create databases), `current=NAME` and `name=NAME`. Templates are left out, what takes no
 * connections, and what a killed restore has left.
 */
export const serverQuestion = `
  select line from (
    select 1 as part, 'version=' || current_setting('server_version') as line
    union all select 2, 'number=' || current_setting('server_version_num')
    union all select 3, 'passwords=' || (${passwordsQuestion})::text
    union all select 3, fact from (${following}) as following (fact)
    union all select 3, 'creates=' || (rolsuper or rolcreatedb)::text from pg_catalog.pg_roles where rolname = current_user
    union all select part, kind || '=' || ${octal}
    from (select 4 as part, 'current' as kind, textsend(current_database()::text) as bytes
          union all
          select 5, 'name', textsend(datname::text) from pg_catalog.pg_database
          where datallowconn and not datistemplate
            and ${isMark("coalesce(shobj_description(oid, 'pg_database'), '')")} is false) as databases
  ) as lines order by part, line`;

/**
 * Relations whose rows or values pg_dump reads: not those of the system, of sessions, and of extensions, unless an
 * extension says that its table is configuration (https://www.postgresql.org/docs/current/extend-extensions.html).
 */
const dumped = `
  select c.oid, c.relkind, c.relnamespace,
         format('%I.%I', n.nspname, c.relname) as name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and (not exists (select from pg_catalog.pg_depend d
                     where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
         or exists (select from pg_catalog.pg_extension e where c.oid = any (e.extconfig)))`;

/** Before version 18 there is no function that tells. */
const unreadableObjects = `
  select 'object', oid::text from pg_catalog.pg_largeobject_metadata m
  where current_setting('lo_compat_privileges') = 'off' and not pg_has_role(lomowner, 'usage')
    and not exists (select from aclexplode(m.lomacl) as acl
                    where acl.privilege_type = 'SELECT'
                      and (acl.grantee = 0 or pg_has_role(acl.grantee, 'usage')))`;

const unreadableObjectsFrom18 = `
  select 'object', oid::text from pg_catalog.pg_largeobject_metadata
  where current_setting('lo_compat_privileges') = 'off' and not has_largeobject_privilege(oid, 'select')`;

/**
 * Lines `KIND COUNT NAMES` of what pg_dump could not read, with the first three names. The kinds: table, sequence,
 * object (large ones), rows (row security would hide some, at which pg_dump ends). Of the extensions that this user could
 * not create again in a restore: extension. And those of `losses.ts`.
 */
function rightsQuestion(objects: string): string {
  return `
  with dumped as (${dumped}),
  lacking (kind, name) as (
    select case relkind when 'S' then 'sequence' else 'table' end, name from dumped
    where not has_schema_privilege(relnamespace, 'usage')
       or not case relkind when 'S' then has_sequence_privilege(oid, 'select') else has_table_privilege(oid, 'select') end
    union all
    select 'rows', name from dumped where relkind <> 'S' and row_security_active(oid)
    union all ${objects}
    union all
    select 'extension', e.extname from pg_catalog.pg_extension e
    join pg_catalog.pg_available_extension_versions v on v.name = e.extname and v.version = e.extversion
    where v.superuser and not v.trusted
      and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
    union all ${losses}),
  numbered as (select *, row_number() over (partition by kind order by name) as place from lacking)
  select kind || ' ' || count(*) || ' ' || string_agg(regexp_replace(name, '[[:cntrl:]]', '?', 'g'), ', ' order by place) filter (where place <= 3)
  from numbered group by kind order by kind`;
}

export const rightsQuestions = {
  before18: rightsQuestion(unreadableObjects),
  from18: rightsQuestion(unreadableObjectsFrom18),
};
