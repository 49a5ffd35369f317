import { mysqlPrograms } from '../../scripts/servers/mysql-programs.ts';
import { startMysql, type MysqlServer } from '../../scripts/servers/mysql-server.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { startPostgres, type PostgresServer } from '../../scripts/servers/postgres-server.ts';

// Servers that all test files of a worker share, one file after the other: they start for the first that asks, and end
// with the worker.

type Shared<Server extends AsyncDisposable> = Omit<Server, typeof Symbol.asyncDispose>;
export type SharedPostgres = Shared<PostgresServer>;
export type SharedMysql = Shared<MysqlServer>;

let postgres: Promise<PostgresServer> | undefined;
let mysql: Promise<MysqlServer> | undefined;

/** A PostgreSQL with nothing in it, for this file alone; undefined where there are no programs of it. */
export async function blankPostgres(): Promise<SharedPostgres | undefined> {
  if (postgresPrograms === undefined) return undefined;
  const isNew = postgres === undefined;
  postgres ??= startPostgres(postgresPrograms);
  const server = await postgres;
  if (!isNew) server.load(Buffer.from(emptyPostgres), 'template1');
  return server;
}

// A database with subscriptions cannot be dropped, nor a template, nor a role that has rights on settings.
const emptyPostgres = String.raw`
set allow_system_table_mods = on;
delete from pg_subscription_rel; delete from pg_subscription;
select format('alter database %I is_template false', datname) from pg_database
  where datistemplate and datname !~ '^template[01]$' \gexec
select format('drop database %I with (force)', datname) from pg_database where datname !~ '^template[01]$' \gexec
create database postgres template template0;
select format('drop owned by %I cascade; drop role %1$I', rolname) from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres' \gexec
`;

/** A MariaDB with nothing in it, for this file alone; undefined where there are no programs of it. */
export async function blankMysql(): Promise<SharedMysql | undefined> {
  if (mysqlPrograms === undefined) return undefined;
  const isNew = mysql === undefined;
  mysql ??= startMysql(mysqlPrograms);
  const server = await mysql;
  if (!isNew) {
    const drops = server.query(dropsOfMysql);
    if (drops !== '') server.query(drops.replaceAll('\n', ';'));
  }
  return server;
}

const dropsOfMysql = String.raw`
select concat('drop database ${'`'}', replace(schema_name, '${'`'}', '${'``'}'), '${'`'}') from information_schema.schemata
  where schema_name not in ('mysql', 'sys', 'information_schema', 'performance_schema')
union all select concat('drop user ', quote(user), '@', quote(host)) from mysql.user
  where user not in ('root', 'mariadb.sys')
`;
