import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { killTree } from '../../src/kube/exec/kill.ts';
import { systemClock } from '../../src/core/system.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { fromOctal } from '../../src/databases/scripts/octal.ts';
import { factsOf, oldDump, type Given, type ScriptCase, type Pair } from './script-case.ts';
import type { ScriptEnd } from './script-process.ts';
import { canRun, expectNothingLeft, inContainer, shells, useServer } from './script-support.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';

const { server, scriptCase } = useServer();

const bytesOf = (end: ScriptEnd) => Number(factsOf(end)['proven']?.split(' ')[1]);

const realDump = '"$PROGRAMS"/pg_dump "$@"';
const stuckDump = 'printf half; mkfifo "$HELD"; exec cat "$HELD"';

/** Once the stand-in of pg_dump is one process, which reads from its pipe: before, its shell could leave an orphan. */
async function untilStuck(made: ScriptCase): Promise<void> {
  const writing = constants.O_WRONLY | constants.O_NONBLOCK;
  const pipe = await vi.waitFor(() => openSync(made.held, writing), { interval: 10, timeout: 20_000 });
  onTestFinished(() => closeSync(pipe));
}

/** What is in the folder once there is a dump. */
const withRecord = (...names: string[]) => names.flatMap((name) => [name, `${name}.sha256`]).toSorted();

beforeAll(() => {
  if (!canRun) return;
  server().query(
    `
    create table "o'dd ""name" (id serial primary key, body text, raw bytea);
    insert into "o'dd ""name" (body, raw)
      select '🐘 ' || i || E' \\t\\n''"\\\\ ' || repeat(md5(i::text), 8), decode(md5(i::text), 'hex')
      from generate_series(1, 2000) i;
    select lo_from_bytea(4711, decode(repeat('deadbeef00', 5000), 'hex'));
  `,
    'shop',
  );
});

const contentsOfShop = `
  select count(*), md5(string_agg(id || body || encode(raw, 'hex'), ',' order by id)), md5(lo_get(4711))
  from "o'dd ""name"`;

function databaseOf(sql: Buffer): string {
  const name = `restored_${createHash('sha256').update(sql).digest('hex').slice(0, 12)}`;
  server().query(`create database ${name}`);
  onTestFinished(() => void server().query(`drop database ${name}`));
  server().load(sql, name);
  return name;
}

describe.skipIf(!canRun).each(sampled(shells, 1))('the dump script under $name', ({ shell }) => {
  const inShell = (given: Partial<Given> = {}) => scriptCase({ shell, ...given });

  it('leaves a complete compressed dump, and says its size and digest', async () => {
    const made = inShell();
    const end = await made.dump();
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(end.stdout).toMatch(/\nend\n$/);
    const bytes = readFileSync(made.file);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(factsOf(end)['proven']).toBe(`0 ${bytes.length} ${digest}`);
    expect(readdirSync(made.folder).toSorted()).toEqual(withRecord('dump.sql.gz'));
    expect(readFileSync(`${made.file}.sha256`, 'utf8')).toBe(`${digest}  dump.sql.gz\n`);
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
    const restored = databaseOf(gunzipSync(bytes));
    expect(server().query(contentsOfShop, restored)).toBe(server().query(contentsOfShop, 'shop'));
  });

  exhaustively.test(
    'ends without a child that PostgreSQL as process 1 would take for a crash of its own',
    async () => {
      for (let round = 0; round < 2; round++) {
        const end = await inShell().dump();
        expect(end.exitCode).toBe(0);
        expectNothingLeft(end);
      }
    },
  );

  exhaustively.test('keeps the old dump and cleans up when pg_dump fails halfway', async () => {
    const made = inShell({
      fakes: { pg_dump: 'printf half; echo "pg_dump: error: connection lost" >&2; exit 1' },
    });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toContain('pg_dump: error: connection lost');
    expect(end.stderr).toContain('pg_dump ended with exit status 1');
    expect(made.state()).toEqual(before);
  });

  it('is ended by SIGTERM, and takes pg_dump and the partial file with it', async () => {
    const made = inShell({ fakes: { pg_dump: stuckDump } });
    const before = made.state();
    const started = made.startDump();
    await untilStuck(made);
    process.kill(await started.pid, 'SIGTERM');
    const end = await started.end;
    expect(end.exitCode).toBe(143);
    expect(end.stderr).toContain('the dump was stopped\n');
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  exhaustively.test('is ended as well when all its processes are told to end at once', async () => {
    const made = inShell({ fakes: { pg_dump: stuckDump } });
    const started = made.startDump();
    await untilStuck(made);
    process.kill(-(await started.pid), 'SIGTERM');
    const end = await started.end;
    expect(end.exitCode).toBe(143);
    expect(readdirSync(made.folder)).toEqual(['dump.sql.gz']);
    expectNothingLeft(end);
  });

  exhaustively.test('is killed by exec with all its processes, and without an orphan', async () => {
    const made = inShell({ fakes: { pg_dump: stuckDump } });
    const before = made.state();
    const started = made.startDump();
    await untilStuck(made);
    const runBeside = ([program = '', ...args]: string[]) =>
      Promise.resolve(spawnSync(program, args, { encoding: 'utf8' }).stdout);
    const remote = { pid: await started.pid, startTime: '' };
    await killTree(remote, runBeside, systemClock, new AbortController().signal);
    const end = await started.end;
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  exhaustively.test('gives up when its stdin ends: the caller is gone', async () => {
    const made = inShell({ fakes: { pg_dump: stuckDump } });
    const before = made.state();
    const started = made.startDump();
    await untilStuck(made);
    started.stdin.end();
    const end = await started.end;
    expect(end.exitCode).toBe(143);
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  it.each([
    ['the rename fails', { mv: 'echo "mv: no permission" >&2; exit 1' }],
    ['the digest cannot be made', { sha256sum: 'echo "sha256sum: killed" >&2; exit 137' }],
    ['pg_dump says nothing is wrong, but there is nothing', { pg_dump: 'exit 0' }],
  ])('fails and leaves nothing behind when %s', async (_, fakes: Record<string, string>) => {
    const made = inShell({ fakes });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).not.toBe(0);
    expect(end.stdout).not.toMatch(/^end$/m);
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  exhaustively.test('that is stopped in the moment of the rename does not deny the new dump', async () => {
    const made = inShell({ fakes: { mv: 'PATH=/usr/bin:/bin mv "$@" && kill -TERM $PPID' } });
    const end = await made.dump();
    const isNew = readFileSync(made.file, 'latin1') !== oldDump;
    expect({ exitCode: end.exitCode, isNew }).toEqual({ exitCode: 0, isNew: true });
  });

  it('reads the password from the first line of stdin', async () => {
    const { POSTGRES_PASSWORD: _, ...env } = inContainer;
    const end = await inShell({ env, password: ['stdin', ''], stdin: `${password}\n` }).dump();
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
  });

  exhaustively.test('says the name of a database as it is', async () => {
    const database = 'sh\\top\\c ö=1';
    server().query(`create database "${database}" template template0`);
    onTestFinished(() => void server().query(`drop database "${database}"`));
    const made = inShell({ database: ['literal', database], databaseName: database });
    const facts = factsOf(await made.check());
    expect(facts).toMatchObject({ database });
    expect(fromOctal(facts['current'] ?? '')).toBe(database);
    const end = await made.dump();
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(bytesOf(end)).toBe(statSync(made.file).size);
  });
});

describe.skipIf(!canRun)('the dump script', () => {
  exhaustively.test.each(
    sampled(
      [
        ['sp ace \'quo"te', "o'dd name.sql.gz"],
        ['glob*?[a]', 'd*?[a].sql.gz'],
        ['-dash', '--help'],
        ['$(id)`id`;&|<>', '$HOME.sql.gz'],
        ['back\\slash\\n', 't\\ab.sql.gz'],
        ['größe-数据', '🐘.sql.gz'],
        [' blank ', ' .gz'],
      ],
      3,
    ),
  )('takes the folder %j and the file %j as they are', async (folder, name) => {
    const made = scriptCase({ folder, name });
    const checked = await made.check();
    expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(factsOf(checked)).toMatchObject({ directory: made.folder, previous: String(oldDump.length) });
    const dumped = await made.dump();
    expect(dumped).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(made.folder).toSorted()).toEqual(withRecord(name));
    expect(bytesOf(dumped)).toBe(statSync(made.file).size);
    expect(
      spawnSync('sha256sum', ['-c', '--status', '--', `./${name}.sha256`], { cwd: made.folder }).status,
    ).toBe(0);
  });

  it('leaves plain text in a file that is not called .gz', async () => {
    const made = scriptCase({ name: 'dump.sql' });
    const end = await made.dump();
    expect(end.exitCode).toBe(0);
    const sql = readFileSync(made.file);
    expect(sql.toString()).toMatch(/^--\n-- PostgreSQL database dump\n/);
    expect(bytesOf(end)).toBe(sql.length);
    expect(server().query(contentsOfShop, databaseOf(sql))).toBe(server().query(contentsOfShop, 'shop'));
  });

  exhaustively.test('makes a first dump where there is none', async () => {
    const made = scriptCase();
    rmSync(made.file);
    expect((await made.dump()).exitCode).toBe(0);
    expect(readdirSync(made.folder).toSorted()).toEqual(withRecord('dump.sql.gz'));
  });

  exhaustively.test('can be loaded over a database that has the tables already', async () => {
    const made = scriptCase();
    await made.dump();
    const sql = gunzipSync(readFileSync(made.file));
    const restored = databaseOf(sql);
    server().query(`delete from "o'dd ""name" where id > 7`, restored);
    server().load(sql, restored);
    expect(server().query(contentsOfShop, restored)).toBe(server().query(contentsOfShop, 'shop'));
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['is cut short', 'dump.sql', { pg_dump: `${realDump} | head -c -100` }, /cut short/],
    ['is cut short amid its data', 'dump.sql', { pg_dump: `${realDump} | head -c 40000` }, /cut short/],
    ['is cut short, but whole to gzip', 'dump.sql.gz', { pg_dump: 'echo "-- half" | gzip' }, /cut short/],
    ['is not compressed, though its name says so', 'dump.sql.gz', { pg_dump: 'echo "-- half"' }, /damaged/],
    ['is empty', 'dump.sql', { pg_dump: ':' }, /empty file/],
  ])('refuses what was left with exit status 0 when it %s', async (_, name, fakes, words) => {
    const made = scriptCase({ name, fakes });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toMatch(words);
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  exhaustively.test('keeps the old dump when the new one does not fit', async () => {
    // A limit on the size of files instead of a full disk, which would need root.
    const pg_dump = `trap '' XFSZ; ulimit -f 16; exec ${realDump}`;
    const made = scriptCase({ name: 'dump.sql', fakes: { pg_dump } });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toContain('File too large');
    expect(end.stderr).toContain('pg_dump ended with exit status 1');
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  exhaustively.test('never moves a dump into a folder that has the name of the file', async () => {
    const made = scriptCase();
    rmSync(made.file);
    mkdirSync(made.file);
    const end = await made.dump();
    expect(end.exitCode).not.toBe(0);
    expect(readdirSync(made.folder, { recursive: true })).toEqual(['dump.sql.gz']);
  });

  exhaustively.test('removes what a killed dump left, and nothing else', async () => {
    const made = scriptCase({ name: 'd*[x].sql.gz' });
    const dead = `${made.file}.deadbeef.partial`;
    const others = ['dy[x].sql.gz.deadbeef.partial', 'dxx.sql.gz.deadbeef.partial', 'd*[x].sql.gz.partial'];
    for (const name of [basename(dead), ...others]) writeFileSync(join(made.folder, name), 'half');
    expect((await made.dump()).exitCode).toBe(0);
    expect(readdirSync(made.folder).toSorted()).toEqual(
      [...others, ...withRecord('d*[x].sql.gz')].toSorted(),
    );
  });

  exhaustively.test('keeps the partial file of a dump that still runs', async () => {
    const made = scriptCase();
    const [live, dead] = [`${made.file}.aaaa.partial`, `${made.file}.aaa.partial`];
    for (const path of [live, dead]) writeFileSync(path, 'half');
    const other = spawn('cat', ['-', live], { stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(() => void other.kill());
    await vi.waitFor(() => expect(readFileSync(`/proc/${other.pid}/cmdline`, 'utf8')).toContain(live));
    expect((await made.dump()).exitCode).toBe(0);
    expect([existsSync(live), existsSync(dead)]).toEqual([true, false]);
  });

  exhaustively.test('lets a second dump of the same file run beside it', async () => {
    const made = scriptCase({
      fakes: { pg_dump: `if [ -e "$HELD" ]; then ${realDump}; else ${stuckDump}; fi` },
    });
    const first = made.startDump();
    await untilStuck(made);
    const second = await made.startDump(`${made.file}.second.partial`).end;
    expect(second.exitCode).toBe(0);
    expect(existsSync(made.partial)).toBe(true);
    first.stdin.end();
    await first.end;
    expect(readdirSync(made.folder).toSorted()).toEqual(withRecord('dump.sql.gz'));
    expect(statSync(made.file).size).toBe(bytesOf(second));
  });

  exhaustively.test('is stopped before it has begun', async () => {
    const made = scriptCase({ stdin: '' });
    const before = made.state();
    const started = made.startDump();
    const pid = await started.pid;
    const isWaiting = () => /^(sh|dash)\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    await vi.waitUntil(isWaiting, { interval: 5, timeout: 10_000 });
    process.kill(pid, 'SIGTERM');
    const end = await started.end;
    expect(end.exitCode).toBe(143);
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  exhaustively.test('removes the pipe that a killed dump left', async () => {
    const made = scriptCase();
    const pipe = `${made.file}.deadbeef.partial.pipe`;
    spawnSync('mkfifo', [pipe]);
    writeFileSync(`${made.file}.deadbeef.partial.sha256`, 'half');
    expect(existsSync(pipe)).toBe(true);
    expect((await made.dump()).exitCode).toBe(0);
    expect(readdirSync(made.folder).toSorted()).toEqual(withRecord('dump.sql.gz'));
  });

  it.each<[string, Pair]>([
    ['the password should have come', ['stdin', '']],
    ['the container has the password', ['container', 'POSTGRES_PASSWORD']],
  ])('does not begin when its caller is gone before it said anything, where %s', async (_, password) => {
    const made = scriptCase({ password, stdin: '' });
    const before = made.state();
    const started = made.startDump();
    started.stdin.end();
    const stderr = 'the caller was gone before it said anything\n';
    expect(await started.end).toMatchObject({ exitCode: 64, stderr });
    expect(made.state()).toEqual(before);
  });

  it("ends with pg_dump's words when the server refuses it, and leaves nothing", async () => {
    const made = scriptCase({ env: { ...inContainer, POSTGRES_PASSWORD: 'wrong' } });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toContain('password authentication failed');
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });
});
