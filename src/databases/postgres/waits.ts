/** A text of others, for a field of a line. */
function field(text: string): string {
  return `left(regexp_replace(${text}, '[[:cntrl:]]', '?', 'g'), 130)`;
}

const kinds = `
  case c.relkind when 'S' then 'sequence' when 'i' then 'index' when 'I' then 'index' when 'v' then 'view'
    when 'm' then 'materialized view' else 'table' end`;

/**
 * The session of ours that has waited longest, as a line for `parseWait`; those that hold it up are followed to one that waits
 * for nobody, which may stand behind a session that waits itself. Sessions of ours have the name of the one that asks. Before
 * version 14 there is no waitstart. Who may not see the state of others sees their user and application.
 */
const waitQuestion = `
  with recursive waiting as (
    select a.pid, l.locktype, l.relation,
           coalesce((to_jsonb(l) ->> 'waitstart')::timestamptz, a.query_start) as since
    from pg_catalog.pg_stat_activity a join pg_catalog.pg_locks l on l.pid = a.pid and not l.granted
    where a.application_name = current_setting('application_name') and a.pid <> pg_backend_pid()
    order by since limit 1),
  blockers (pid) as (
    select unnest(pg_blocking_pids(pid)) from waiting
    union select unnest(pg_blocking_pids(pid)) from blockers),
  holders as (
    select b.pid, a.*, count(*) over () - 1 as others
    from blockers b left join lateral (
      select usename, application_name, client_addr, xact_start,
             case when backend_type = 'client backend' then state else backend_type end as state
      from pg_catalog.pg_stat_activity where pid = b.pid) as a on true
    where cardinality(pg_blocking_pids(b.pid)) = 0
    order by xact_start nulls last, pid limit 1)
  select array_to_string(array[
      extract(epoch from clock_timestamp() - since)::bigint::text,
      case when c.oid is null then 'object' else ${kinds} end,
      ${field(`coalesce(n.nspname || '.' || c.relname, locktype)`)},
      case when h.pid is null then 'unknown' when h.pid = 0 then 'prepared' else 'session' end, h.pid::text,
      ${field('h.usename')}, ${field('h.application_name')}, host(h.client_addr), h.state,
      extract(epoch from clock_timestamp() - h.xact_start)::bigint::text, h.others::text], chr(9), '')
  from waiting left join holders h on true
  left join pg_catalog.pg_class c on c.oid = relation left join pg_catalog.pg_namespace n on n.oid = c.relnamespace`;

const endQuestion = `
  select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
  where application_name = current_setting('application_name') and pid <> pg_backend_pid()`;

/** `call_us` gives sessions a name by which they are known as those of this dump. */
export const looking = `
call_us() { PGAPPNAME="pg_dump for backup-ns $id"; export PGAPPNAME; }
look_at_waits() ( call_us; ask "${waitQuestion}" )
end_sessions() ( call_us; ask "${endQuestion}" )
`;
