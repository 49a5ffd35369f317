/**
 * Of what is for sessions of our own user and of the database alone, which all may see. The app may be that user, and its
 * statements have data: nothing is taken of one but the name of a table, quoted as the tool does it.
 */
const waiting = `
  select p.id, greatest(p.time, 0) as time,
    left(case when instr(binary p.info, concat(' FROM ', char(96))) > 0
        then substring_index(substring_index(p.info, concat(' FROM ', char(96 using utf8)), -1), char(96 using utf8), 1)
      when p.info like concat('show %', char(96)) then substring_index(substring_index(p.info, char(96 using utf8), -2), char(96 using utf8), 1)
      else '?' end, 130) as name
  from information_schema.processlist as p
  join information_schema.processlist as me on me.id = connection_id() and me.user = p.user and me.db = p.db
  where p.id <> me.id and p.command = 'Query' and (p.info like 'select %' or p.info like 'show %')
    and (p.state like 'Waiting for%lock%' or p.state = 'Waiting for table flush')
  order by p.time desc limit 1`;

/** What a lock of metadata is held by: first who lets nobody read, as others only hold up a session that waits before us. */
const strongest = `upper(coalesce(h.strength, '')) like '%EXCLUSIVE%' or upper(coalesce(h.strength, '')) like '%NO_READ_WRITE%'`;

function lineOf(kind: string, name: string, certainty: string, others: string): string {
  return `
  select w.time, ${kind}, ${name}, '${certainty}', p.id, p.user, '', p.host,
    if(p.command = 'Sleep', 'idle', coalesce(nullif(p.state, ''), p.command)),
    coalesce(timestampdiff(second, x.trx_started, now()), ''), ${others}`;
}

/** MySQL has this by itself, MariaDB where performance_schema is on. */
const bySchema = `
  ${lineOf('lower(h.kind)', 'left(h.name, 130)', 'session', 'count(*) over () - 1')}
  from (${waiting}) as w
  join (select t.processlist_id as waiter, o.processlist_id as holder, g.lock_type as strength, g.object_type as kind,
          concat_ws('.', g.object_schema, g.object_name) as name
        from performance_schema.threads as t
        join performance_schema.metadata_locks as m on m.owner_thread_id = t.thread_id and m.lock_status = 'PENDING'
        join performance_schema.metadata_locks as g on g.object_type = m.object_type and g.lock_status = 'GRANTED'
          and g.object_schema <=> m.object_schema and g.object_name <=> m.object_name
          and g.owner_thread_id <> m.owner_thread_id
        join performance_schema.threads as o on o.thread_id = g.owner_thread_id) as h on h.waiter = w.id
  join information_schema.processlist as p on p.id = h.holder
  left join information_schema.innodb_trx as x on x.trx_mysql_thread_id = p.id
  order by ${strongest} desc, x.trx_started is null, x.trx_started, p.time desc limit 1`;

/** Of MariaDB's plugin. It does not say who waits. */
const byPlugin = `
  ${lineOf("'table'", "left(concat_ws('.', h.table_schema, h.table_name), 130)", 'session', 'count(*) over () - 1')}
  from (${waiting}) as w
  join (select thread_id, lock_mode as strength, table_schema, table_name
        from information_schema.metadata_lock_info where table_schema = database()) as h
    on h.table_name = w.name and h.thread_id <> w.id
  join information_schema.processlist as p on p.id = h.thread_id
  left join information_schema.innodb_trx as x on x.trx_mysql_thread_id = p.id
  order by ${strongest} desc, x.trx_started is null, x.trx_started, p.time desc limit 1`;

/** Without both, the longest transaction is the likeliest, and a session that does nothing; who waits itself is it not. */
const byAge = `
  ${lineOf("'table'", 'w.name', 'perhaps', '0')}
  from (${waiting}) as w
  join information_schema.processlist as p on p.id not in (w.id, connection_id())
  left join information_schema.innodb_trx as x on x.trx_mysql_thread_id = p.id
  where p.command not in ('Daemon', 'Binlog Dump', 'Slave_IO', 'Slave_SQL', 'Slave_worker')
    and p.user not in ('system user', 'event_scheduler') and coalesce(p.state, '') not like 'Waiting for%'
    and (p.db <=> database() or x.trx_started is not null)
  order by x.trx_started is null, x.trx_started, p.time desc limit 1`;

const withoutHolder = `
  select w.time, 'table', w.name, 'unknown', '', '', '', '', '', '', 0 from (${waiting}) as w`;

/**
 * What waits is a session of our user in the dumped database that reads, while the dump does not grow: the tool cannot be told to
 * give its session a name. A server ends a session that waits soon after its client has gone.
 */
export const looking = `
look_at_waits() (
  [ -n "$still" ] || return 0
  database=$name
  line=$(ask "${withoutHolder}") || return 1
  [ -n "$line" ] || return 0
  found=$(ask "${bySchema}") || found=
  [ -n "$found" ] || found=$(ask "${byPlugin}") || found=
  [ -n "$found" ] || found=$(ask "${byAge}") || found=
  say "\${found:-$line}"
)
end_sessions() { :; }
`;
