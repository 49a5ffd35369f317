import { readFileSync } from 'node:fs';
import type { Exhibit, Release } from './exhibits.ts';
import type { MuseumDatabase } from './postgres-databases.ts';

/** A server that takes SQL of psql, and its commands, as a superuser. Gives what it prints, one line per row. */
export interface SqlServer {
  readonly run: (sql: string, database: string) => string;
}

const read = (file: string) => readFileSync(new URL(`postgres/${file}`, import.meta.url), 'utf8');
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `E'${text.replaceAll(/['\\]/g, (one) => (one === "'" ? "''" : '\\\\'))}'`;

/** Sessions of the museum go by none of the settings that it gives to databases and roles. */
const neutral = `
  set client_encoding = utf8; set search_path = public; set standard_conforming_strings = on; set datestyle = 'ISO, MDY';
  set intervalstyle = postgres; set client_min_messages = error; set xmloption = content; set timezone = 'UTC'; set array_nulls = on;
  set default_transaction_read_only = off; set default_transaction_isolation = 'read committed'; set statement_timeout = 0; set lock_timeout = 0; set role = none;
`;

/** The museum on a PostgreSQL server. */
export class PostgresMuseum {
  readonly release: Release;
  readonly #server: SqlServer;

  constructor(server: SqlServer) {
    this.#server = server;
    const version = Math.trunc(Number(server.run('show server_version_num', 'postgres')) / 100);
    this.release = { family: 'postgres', version };
  }

  /** Roles and the tablespace, which databases refer to. */
  makeServer(): void {
    this.#server.run(read('roles.sql'), 'postgres');
    if (this.release.version < 1500) return;
    this.#server.run('grant set, alter system on parameter log_min_messages to m_visitor', 'postgres');
    this.#server.run(
      "set allow_in_place_tablespaces = on; create tablespace m_space location ''",
      'postgres',
    );
  }

  /** The database with all that it has, or with some of it. */
  make(database: MuseumDatabase, exhibits: readonly Exhibit[] = database.exhibits): void {
    this.create(database);
    const wanted = exhibits.filter(({ isFor }) => isFor(this.release));
    const parts = wanted.map(({ sql }) => `\nreset all;${neutral}\n${sql}\n`);
    this.#server.run(`\\set many ${database.manyTables ?? 20}\n${parts.join('\n')}`, database.name);
    this.#server.run(database.properties.replaceAll(':name', quoted(database.name)), 'postgres');
  }

  /** The database with nothing in it, of the same encoding and locale, as a person makes it before a restore. */
  create({ name, form }: MuseumDatabase): void {
    this.#server.run(`create database ${quoted(name)} template template0 ${form}`, 'postgres');
  }

  /** All that the database is and has, one line each. */
  lines({ name }: MuseumDatabase): string[] {
    return this.#server.run(read('catalogue.sql'), name).split('\n').toSorted();
  }

  /** What the roles are. */
  serverLines(): string[] {
    return this.#server.run(read('server.sql'), 'postgres').split('\n').toSorted();
  }

  /** All databases but those that every server has. One with subscriptions cannot be dropped, nor a template. */
  loseDatabases(): void {
    const names = this.#server.run(
      String.raw`select datname from pg_database where datname !~ '^(template[01]|postgres)$'`,
      'postgres',
    );
    for (const name of names.split('\n').filter((line) => line !== '')) {
      const database = quoted(name);
      this.#server.run(`alter database ${database} is_template false`, 'postgres');
      this.#server.run(`${neutral}${dropSubscriptions}`, name);
      this.#server.run(`drop database ${database} with (force)`, 'postgres');
    }
  }

  loseRoles(): void {
    if (this.release.version >= 1500) this.#server.run(dropParameterRights, 'postgres');
    this.#server.run(
      String.raw`select format('drop role %I', rolname) from pg_roles where rolname ~ '^m_' \gexec`,
      'postgres',
    );
  }

  loseTablespace(): void {
    if (this.release.version >= 1500) this.#server.run('drop tablespace if exists m_space', 'postgres');
  }

  /** Rows that are gone or others by the time of the restore, where there are any. */
  spoil({ name }: MuseumDatabase): void {
    this.#server.run(
      `${neutral}set client_encoding = sql_ascii; set session_replication_role = replica; ${spoiling}`,
      name,
    );
  }

  has({ name }: MuseumDatabase): boolean {
    const sql = `select count(*) from pg_database where datname = ${literal(name)}`;
    return this.#server.run(sql, 'postgres').trim() === '1';
  }
}

const dropSubscriptions = String.raw`
  select format('alter subscription %I disable', subname), format('alter subscription %I set (slot_name = none)', subname), format('drop subscription %I', subname)
    from pg_subscription where subdbid = (select oid from pg_database where datname = current_database()) \gexec
`;

const dropParameterRights = String.raw`
  select format('revoke all on parameter %I from %I', parname, grantee::regrole::text) from pg_parameter_acl, aclexplode(paracl) where grantee::regrole::text like 'm\_%' \gexec
`;

const spoiling = String.raw`
  select format('truncate %s cascade', oid::regclass) from pg_class where relkind = 'r' and relnamespace::regnamespace::text = 'public' order by relname limit 5 \gexec
`;
