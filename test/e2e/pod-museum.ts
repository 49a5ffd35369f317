import { execFileSync } from 'node:child_process';
import type { Testbed } from '../../scripts/testbed.ts';
import { documentedLines } from '../databases/museum/by-hand.ts';
import { mysqlDatabases } from '../databases/museum/mysql-databases.ts';
import { mysqlGaps } from '../databases/museum/mysql-gaps.ts';
import { MysqlMuseum } from '../databases/museum/mysql-museum.ts';
import { gapOf, type Gap } from '../databases/museum/gaps.ts';
import { museumDatabases } from '../databases/museum/postgres-databases.ts';
import { postgresGaps } from '../databases/museum/postgres-gaps.ts';
import { PostgresMuseum, type SqlServer } from '../databases/museum/postgres-museum.ts';

/** A container with a database server. */
export interface Place {
  readonly namespace: string;
  readonly target: string;
  readonly container: 'postgres' | 'mysql';
}

/** The main database of the museum of an engine, `shop`, on a server in a pod. */
export interface PodMuseum {
  /** Instead of the empty one. */
  make(): void;
  /** All that the database is and has, one line each. */
  lines(): string[];
  /** The database is there again, and empty. */
  lose(): void;
  /** Everything that a dump by hand brings back is lost. */
  loseAll(): void;
  /** Loads the dumps of a folder as the documentation has it. */
  load(folder: string): void;
  /** What is known not to come back. */
  readonly gap: Gap | undefined;
}

/** Runs a script in a container. The museum asks one question after the other. */
async function shellOf(bed: Testbed, { namespace, target, container }: Place) {
  const { kubectl } = await bed.provider.programs();
  return (script: string, argument: string, input = ''): string => {
    const args = [
      '-n',
      namespace,
      'exec',
      '-i',
      target,
      '-c',
      container,
      '--',
      'sh',
      '-ceu',
      script,
      'sh',
      argument,
    ];
    const env = { ...process.env, KUBECONFIG: bed.kubeconfig };
    return execFileSync(kubectl, args, { env, input, stdio: 'pipe', maxBuffer: 1e9 }).toString();
  };
}

export async function podMuseum(bed: Testbed, place: Place): Promise<PodMuseum> {
  const shell = await shellOf(bed, place);
  return place.container === 'postgres' ? postgresInPod(shell) : mysqlInPod(shell);
}

type Shell = Awaited<ReturnType<typeof shellOf>>;

/** As settings of the client, which go before those that a database or a role has. */
const free = ['statement_timeout=0', 'lock_timeout=0', 'default_transaction_read_only=off', 'role=none'];
const psql = `PGCLIENTENCODING=UTF8 PGOPTIONS='${free.map((setting) => `-c ${setting}`).join(' ')}' PGPASSWORD=$POSTGRES_PASSWORD \
exec psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$POSTGRES_USER" -d "$1" -f -`;

function postgresInPod(shell: Shell): PodMuseum {
  const server: SqlServer = { run: (sql, database) => shell(psql, database, sql).replace(/\n$/, '') };
  const museum = new PostgresMuseum(server);
  const [database] = museumDatabases;
  if (!database) throw new Error('the museum is empty');
  const byHand = documentedLines(/\bpsql\b/).map((line) =>
    line.replace(' -U postgres', ' -U "$POSTGRES_USER"'),
  );
  const lose = () => {
    museum.loseDatabases();
    museum.create(database);
  };
  return {
    gap: gapOf(postgresGaps, database.name, museum.release),
    make() {
      museum.loseDatabases();
      museum.makeServer();
      museum.make(database);
    },
    lines: () => [...museum.lines(database), ...museum.serverLines()],
    lose,
    loseAll() {
      museum.loseDatabases();
      museum.loseTablespace();
      museum.loseRoles();
    },
    load: (folder) =>
      void shell(
        ['cd "$1"; export PGHOST=127.0.0.1 PGPASSWORD="$POSTGRES_PASSWORD"', ...byHand].join('\n'),
        folder,
      ),
  };
}

const mysqlClient = 'client=mysql; ! command -v mariadb >/dev/null || client=mariadb';
const mysql = `${mysqlClient}; MYSQL_PWD=$MYSQL_ROOT_PASSWORD exec $client --batch --skip-column-names --default-character-set=utf8mb4 -h127.0.0.1 -uroot "$1"`;

function mysqlInPod(shell: Shell): PodMuseum {
  const server: SqlServer = { run: (sql, database) => shell(mysql, database, sql).replace(/\n$/, '') };
  const museum = new MysqlMuseum(server);
  const [database] = mysqlDatabases;
  if (!database) throw new Error('the museum is empty');
  const byHand = documentedLines(/\bmysql .*-u\b/).map((line) =>
    line
      .replace('MYSQL_PWD=…', 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD"')
      .replace(/\bmysql (?=--)/, '$client -h127.0.0.1 '),
  );
  const lose = () => {
    museum.lose();
    museum.create(database);
  };
  return {
    gap: gapOf(mysqlGaps, database.name, museum.release),
    make() {
      museum.lose();
      museum.make(database);
    },
    lines: () => museum.lines(database),
    lose,
    loseAll: lose,
    load: (folder) => void shell([`${mysqlClient}; cd "$1"`, ...byHand].join('\n'), folder),
  };
}
