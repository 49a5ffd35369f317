import { catalogues, name, question, quoted, rowsQuestion, type Column } from './mysql-catalogue.ts';
import { versionOf, type Exhibit, type Release } from './exhibits.ts';
import type { MysqlMuseumDatabase } from './mysql-databases.ts';
import type { SqlServer } from './postgres-museum.ts';

/** A museum on a server of MySQL or MariaDB, whose client prints rows as lines, with tabs, and escapes what is in them. */
export class MysqlMuseum {
  readonly release: Release;
  readonly #server: SqlServer;
  readonly #questions: readonly string[];

  constructor(server: SqlServer) {
    this.#server = server;
    const said = server.run('select version()', 'mysql').trim();
    this.release = { family: said.includes('MariaDB') ? 'mariadb' : 'mysql', version: versionOf(said) };
    this.#questions = this.#catalogueQuestions();
  }

  make(database: MysqlMuseumDatabase, exhibits: readonly Exhibit[] = database.exhibits): void {
    this.create(database);
    const wanted = exhibits.filter(({ isFor }) => isFor(this.release));
    this.#server.run(wanted.map(({ sql }) => `${neutral}\n${sql}\n`).join('\n'), database.name);
  }

  create({ name: database, form }: MysqlMuseumDatabase): void {
    this.#server.run(`create database ${name(database)} ${form}`, 'mysql');
  }

  /** All databases but those that every server has. */
  lose(): void {
    const drops = this.#server.run(
      `select concat('drop database ', char(96 using utf8mb4), replace(schema_name, char(96 using utf8mb4), repeat(char(96 using utf8mb4), 2)), char(96 using utf8mb4), ';')
       from information_schema.schemata where schema_name not in ('mysql', 'sys', 'information_schema', 'performance_schema')`,
      'mysql',
    );
    this.#server.run(`set foreign_key_checks = 0; ${drops}`, 'mysql');
  }

  /** Some rows are gone by the time of the restore. */
  spoil(database: MysqlMuseumDatabase): void {
    const tables = this.#tables(database)
      .filter(({ kind }) => kind === 'BASE TABLE')
      .slice(0, 5);
    const deletes = tables.map(({ table }) => `delete from ${name(table)} limit 1;`);
    this.#server.run(`set foreign_key_checks = 0; ${deletes.join('\n')}`, database.name);
  }

  /** All that the database is and has, one line each. */
  lines(database: MysqlMuseumDatabase): string[] {
    const columns = this.#columns(database);
    const ofTables = this.#tables(database).flatMap(({ table, kind }) => {
      const show = `show create table ${name(table)}`;
      if (kind === 'VIEW') return [show];
      if (kind === 'SEQUENCE') return [show, `select 'sequence', s.* from ${name(table)} s`];
      return [show, rowsQuestion(table, kind, columns.get(table) ?? [])];
    });
    const questions = [...this.#questions, ...ofTables].join(';\n');
    return this.#server.run(`${neutral}\n${questions}`, database.name).split('\n').toSorted();
  }

  /** Of all catalogues that the server has. */
  #catalogueQuestions(): string[] {
    const rows = this.#rows(
      "select lower(table_name), lower(column_name) from information_schema.columns where table_schema = 'information_schema' order by 1, 2",
    );
    const columns = Map.groupBy(rows, ([table]) => table);
    return catalogues.flatMap((one) => {
      const those = columns.get(one.table);
      return those
        ? [
            question(
              one,
              those.map(([, column = '']) => column),
            ),
          ]
        : [];
    });
  }

  #tables({ name: database }: MysqlMuseumDatabase): { table: string; kind: string }[] {
    const rows = this.#rows(
      `select hex(convert(table_name using utf8mb4)), table_type from information_schema.tables where table_schema = ${quoted(database)} order by table_name`,
    );
    return rows.map(([table, kind = '']) => ({ table: fromHex(table), kind }));
  }

  #columns({ name: database }: MysqlMuseumDatabase): Map<string, Column[]> {
    const rows = this.#rows(
      `select hex(convert(table_name using utf8mb4)), hex(convert(column_name using utf8mb4)), data_type, generation_expression from information_schema.columns where table_schema = ${quoted(database)} order by table_name, ordinal_position`,
    );
    const all = rows.map(([table, column, type = '', expression = '']) => ({
      table: fromHex(table),
      name: fromHex(column),
      type,
      isStart: expression === 'ROW START',
    }));
    return Map.groupBy(all, ({ table }) => table);
  }

  #rows(sql: string): string[][] {
    const lines = this.#server.run(sql, 'mysql').split('\n');
    return lines.filter((line) => line !== '').map((line) => line.split('\t'));
  }
}

function fromHex(hex = ''): string {
  return Buffer.from(hex, 'hex').toString();
}

/** No exhibit, and no question, depends on what was set before it. */
const neutral = `set names utf8mb4, sql_mode = default, time_zone = '+00:00', foreign_key_checks = 1, group_concat_max_len = 1000000000, timestamp = default;`;
