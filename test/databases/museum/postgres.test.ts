import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { postgresPrograms } from '../../../scripts/servers/postgres-programs.ts';
import { password } from '../../../scripts/servers/postgres-server.ts';
import { exhaustively } from '../../support/exhaustive.ts';
import { blankPostgres } from '../../support/servers.ts';
import { documentedLines, runByHand } from './by-hand.ts';
import { differences, readExhibits, type Exhibit } from './exhibits.ts';
import { museumDatabases, type MuseumDatabase } from './postgres-databases.ts';
import { gapOf, surprises, surprisesOfDump, ways, type Ends, type Gap, type Way } from './gaps.ts';
import { testGaps } from './gap-tests.ts';
import { postgresGaps } from './postgres-gaps.ts';
import { PostgresMuseum } from './postgres-museum.ts';
import { Restores } from './sandbox-restore.ts';

let port: number;
let museum: PostgresMuseum;
let restores: Restores;
const env = () => ({
  ...process.env,
  PATH: `${postgresPrograms}:${process.env['PATH']}`,
  PGHOST: '127.0.0.1',
  PGPORT: String(port),
  PGPASSWORD: password,
});

const free = ['statement_timeout=0', 'lock_timeout=0', 'default_transaction_read_only=off', 'role=none'];

function run(sql: string, database: string): string {
  const args = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'shop', '-f', '-'];
  const PGOPTIONS = free.map((setting) => `-c ${setting}`).join(' ');
  const own = { ...env(), PGDATABASE: database, PGCLIENTENCODING: 'UTF8', PGOPTIONS };
  const options = { env: own, input: sql, stdio: 'pipe', maxBuffer: 1e9 } as const;
  return decoded(execFileSync(join(postgresPrograms ?? '', 'psql'), args, options)).replace(/\n$/, '');
}

/** Not all that a database says is UTF-8, and then its bytes are to be told apart. */
function decoded(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
}

/** The documentation's lines, with the database of the museum in the place of the one that they name. */
const lines = documentedLines(/\bpsql\b/);
const globals = lines.some((line) => line.includes('globals'));

function byHand({ name }: MuseumDatabase): string | undefined {
  const ofThis = lines.map((line) => line.replace(/ -d shop\b/, '').replace(' -U postgres', ' -U shop'));
  return runByHand(ofThis, {
    folder: restores.folder,
    env: { ...env(), PGDATABASE: name },
  });
}

/** Restores a database that was dumped in this way. */
async function restore(database: MuseumDatabase, way: Way): Promise<string | undefined> {
  if (way === 'restore over what is there') {
    museum.spoil(database);
    return await restores.restore(database.name);
  }
  museum.loseDatabases();
  if (way === 'by hand' && globals) museum.loseRoles();
  if (way === 'by hand') return byHand(database);
  museum.create(database);
  return await restores.restore(database.name);
}

/** Makes and dumps a database, and restores it in each of these ways. Gives what was not to be expected. */
async function show(database: MuseumDatabase, exhibits: readonly Exhibit[], gap?: Gap): Promise<string[]> {
  museum.make(database, exhibits);
  const state = () => [...museum.lines(database), ...museum.serverLines()];
  const before = state();
  let warnings: readonly string[];
  try {
    warnings = await restores.dump(database.name);
  } catch (error) {
    return surprisesOfDump(String(error), gap);
  }
  const ends: { -readonly [W in keyof Ends]: Ends[W] } = {};
  for (const way of ways) ends[way] = (await restore(database, way)) ?? differences(before, state());
  return surprises({ ends, warnings }, gap).slice(0, 80);
}

const known = (title: string) => gapOf(postgresGaps, title, museum.release);
const difficult = readExhibits('postgres/difficult.sql');
const plain: MuseumDatabase = { ...museumDatabases[0]!, properties: '', exhibits: [] };

exhaustively.describe.runIf(postgresPrograms)('the museum of PostgreSQL', { timeout: 600_000 }, () => {
  beforeAll(async () => {
    const server = await blankPostgres();
    if (!server || !postgresPrograms) return;
    ({ port } = server);
    server.query(`create role shop superuser login password '${password.replaceAll("'", "''")}'`);
    museum = new PostgresMuseum({ run });
    restores = await Restores.open({
      engine: 'postgres',
      programs: postgresPrograms,
      port,
      user: 'shop',
      password,
    });
  });

  beforeEach(() => {
    museum.loseDatabases();
    museum.loseTablespace();
    museum.loseRoles();
    museum.makeServer();
  });

  afterAll(async () => {
    museum?.loseDatabases();
    museum?.loseTablespace();
    await restores?.[Symbol.asyncDispose]();
  });

  test.each(museumDatabases)('database $name comes back whole', async (database) => {
    if (!database.isFor(museum.release)) return;
    expect(await show(database, database.exhibits, known(database.name))).toEqual([]);
  });

  test.each(difficult)('$title: comes back whole, or as it is known to', async (exhibit) => {
    if (!exhibit.isFor(museum.release)) return;
    expect(await show(plain, [exhibit], known(exhibit.title))).toEqual([]);
  });
});

testGaps('PostgreSQL', postgresGaps, [
  ...museumDatabases.map(({ name }) => name),
  ...difficult.map(({ title }) => title),
]);
