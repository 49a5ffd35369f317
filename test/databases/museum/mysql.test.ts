import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { password } from '../../../scripts/servers/mysql-server.ts';
import { exhaustively } from '../../support/exhaustive.ts';
import { blankMysql } from '../../support/servers.ts';
import { documentedLines, runByHand } from './by-hand.ts';
import { differences, readExhibits, type Exhibit } from './exhibits.ts';
import { mysqlDatabases, type MysqlMuseumDatabase } from './mysql-databases.ts';
import { MysqlMuseum } from './mysql-museum.ts';
import { Restores } from './sandbox-restore.ts';
import { gapOf, surprises, surprisesOfDump, ways, type Ends, type Gap, type Way } from './gaps.ts';
import { testGaps } from './gap-tests.ts';
import { mysqlGaps } from './mysql-gaps.ts';

let port: number;
let museum: MysqlMuseum;
let restores: Restores;

function run(sql: string, database: string): string {
  const place = [
    '--host=127.0.0.1',
    `--port=${port}`,
    '--user=root',
    '--default-character-set=utf8mb4',
    `--database=${database}`,
  ];
  const args = ['--no-defaults', ...place, '--batch', '--skip-column-names'];
  const env = { ...process.env, MYSQL_PWD: password };
  const options = { env, input: sql, stdio: 'pipe', maxBuffer: 1e9 } as const;
  return execFileSync(join(mysqlPrograms?.clients ?? '', 'mariadb'), args, options)
    .toString()
    .replace(/\n$/, '');
}

/** The documentation names MySQL's client, and says which is MariaDB's. */
const lines = documentedLines(/\bmysql .*-u\b/).map((line) =>
  line.replace(/\bmysql (?=--)/, 'mariadb ').replace(/#.*$/, ''),
);

function byHand({ name }: MysqlMuseumDatabase): string | undefined {
  const env = {
    ...process.env,
    PATH: `${mysqlPrograms?.clients}:${process.env['PATH']}`,
    DATABASE: name,
    SECRET: password,
    MYSQL_HOST: '127.0.0.1',
    MYSQL_TCP_PORT: String(port),
  };
  const ofThis = lines.map((line) =>
    line.replace('MYSQL_PWD=…', 'MYSQL_PWD="$SECRET"').replace(/ root shop\b/, ' root "$DATABASE"'),
  );
  return runByHand(ofThis, { folder: restores.folder, env });
}

async function restore(database: MysqlMuseumDatabase, way: Way): Promise<string | undefined> {
  if (way === 'restore over what is there') {
    museum.spoil(database);
    return await restores.restore(database.name);
  }
  museum.lose();
  museum.create(database);
  return way === 'by hand' ? byHand(database) : await restores.restore(database.name);
}

/** Makes and dumps a database, and restores it in each of these ways. Gives what was not to be expected. */
async function show(
  database: MysqlMuseumDatabase,
  exhibits: readonly Exhibit[],
  gap?: Gap,
): Promise<string[]> {
  museum.make(database, exhibits);
  const before = museum.lines(database);
  let warnings: readonly string[];
  try {
    warnings = await restores.dump(database.name);
  } catch (error) {
    return surprisesOfDump(String(error), gap);
  }
  const ends: { -readonly [W in keyof Ends]: Ends[W] } = {};
  for (const way of ways)
    ends[way] = (await restore(database, way)) ?? differences(before, museum.lines(database));
  return surprises({ ends, warnings }, gap).slice(0, 80);
}

const known = (title: string) => gapOf(mysqlGaps, title, museum.release);
const difficult = readExhibits('mysql/difficult.sql');
const plain: MysqlMuseumDatabase = { ...mysqlDatabases[0]!, exhibits: [] };

exhaustively.describe.runIf(mysqlPrograms)('the museum of MariaDB', { timeout: 600_000 }, () => {
  beforeAll(async () => {
    const server = await blankMysql();
    if (!server || !mysqlPrograms) return;
    ({ port } = server);
    museum = new MysqlMuseum({ run });
    restores = await Restores.open({
      engine: 'mysql',
      programs: mysqlPrograms.clients,
      port,
      user: 'root',
      password,
    });
  });

  beforeEach(() => museum.lose());

  afterAll(async () => {
    museum?.lose();
    await restores?.[Symbol.asyncDispose]();
  });

  test.each(mysqlDatabases)('database $name comes back whole', async (database) => {
    if (!database.isFor(museum.release)) return;
    expect(await show(database, database.exhibits, known(database.name))).toEqual([]);
  });

  test.each(difficult)('$title: comes back whole, or as it is known to', async (exhibit) => {
    if (!exhibit.isFor(museum.release)) return;
    expect(await show(plain, [exhibit], known(exhibit.title))).toEqual([]);
  });
});

testGaps('MariaDB', mysqlGaps, [
  ...mysqlDatabases.map(({ name }) => name),
  ...difficult.map(({ title }) => title),
]);
