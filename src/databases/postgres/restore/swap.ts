import { finishedMark, unfinishedMark } from './marks.ts';

/** Of the name of the database, the characters for which there is room in the names of others. */
export const cut = `
with cut as (
  select coalesce(max(n), 0) as n from generate_series(1, length(:'target')) as n where octet_length(left(:'target', n)) <= 36)`;

/** The names of what is made: both have at most 63 bytes. Of `stamp`, such as `20261130t161200`. */
export const namesOf = `
${cut}
select left(:'target', n) || '_restoring_' || :'stamp' from cut
union all
select left(:'target', n) || '_before_' || :'stamp' from cut;
`;

/** Behind CREATE DATABASE, as one transaction: nobody else looks into what is not finished. */
export const mark = `
begin;
select pg_catalog.format('comment on database %I is %L', :'scratch', '${unfinishedMark}' || pg_catalog.quote_ident(:'target')) \\gexec
select pg_catalog.format('revoke all on database %I from public', :'scratch') \\gexec
commit;
`;

/**
 * Drops the database of this restore, which is known by its name and its mark; `force`, as a backend may not have noticed
 * yet that its client has gone.
 */
export const dropScratch = `
select pg_catalog.format('drop database %I with (force)', datname) from pg_catalog.pg_database
where datname = :'scratch' and pg_catalog.shobj_description(oid, 'pg_database')
  in ('${unfinishedMark}' || pg_catalog.quote_ident(:'target'), '${finishedMark}' || pg_catalog.quote_ident(:'target'))
\\gexec
`;

/** Drops what the restore has kept: `old` is the oid of the database that it was before. */
export const dropOld = `
select pg_catalog.format('drop database %I', datname) from pg_catalog.pg_database
where datname = :'kept' and oid = :'old'::oid
\\gexec
`;

export const oldOf = `select oid from pg_catalog.pg_database where datname = :'target';`;

/** Whether all of the dump is in it. */
export const isFinished = `
select true from pg_catalog.pg_database where datname = :'scratch'
  and pg_catalog.shobj_description(oid, 'pg_database') = '${finishedMark}' || pg_catalog.quote_ident(:'target');
`;

/**
 * The swap begins: from here on to COMMIT it is one transaction. RENAME locks the database first, at which new sessions wait,
 * then gives those that are there five seconds to end. So sessions are ended right before it, and again when one has slipped in
 * between. Nothing is set that would keep sessions out after a kill.
 */
export const beginSwap = `
begin;
select set_config('backup_ns.target', :'target', true), set_config('backup_ns.scratch', :'scratch', true),
  set_config('backup_ns.kept', :'kept', true), set_config('backup_ns.wait', :'wait', true) \\g /dev/null
do language plpgsql $$
declare
  target text := current_setting('backup_ns.target');
  scratch text := current_setting('backup_ns.scratch');
  kept text := current_setting('backup_ns.kept');
  latest timestamptz := clock_timestamp() + make_interval(secs => current_setting('backup_ns.wait')::int);
  others text;
begin
  if not exists (select from pg_database where datname = scratch
    and shobj_description(oid, 'pg_database') = '${finishedMark}' || quote_ident(target))
  then
    raise exception 'the restored database was not found as it was left';
  end if;
  -- A database that was lost has nothing to be kept.
  while exists (select from pg_database where datname = target) loop
    perform pg_stat_clear_snapshot();
    perform pg_terminate_backend(a.pid) from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
    where a.datname = target and a.pid <> pg_backend_pid()
      and ((select rolsuper from pg_roles where rolname = current_user)
        or not r.rolsuper and (pg_has_role(a.usesysid, 'member') or pg_has_role('pg_signal_backend', 'member')));
    begin
      execute format('alter database %I rename to %I', target, kept);
      exit;
    exception when object_in_use then
      if clock_timestamp() > latest then
        perform pg_stat_clear_snapshot();
        select string_agg(distinct coalesce(usename, backend_type), ', ') into others
        from pg_stat_activity where datname = target and pid <> pg_backend_pid();
        raise exception 'lock timeout: % (sessions of: %)', sqlerrm, coalesce(others, 'a prepared transaction');
      end if;
    end;
  end loop;
  execute format('alter database %I rename to %I', scratch, target);
  execute format('comment on database %I is null', target);
  execute format('grant connect, temporary on database %I to public', target);
end $$;
`;
