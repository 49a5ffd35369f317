import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';
import { password } from '../../scripts/servers/postgres-server.ts';
import { factsOf, type Given, type ScriptCase } from './script-case.ts';
import { canRun, expectNothingLeft, shells, useServer } from './script-support.ts';
import type { ScriptEnd } from './script-process.ts';
import { exhaustively, sampled } from '../support/exhaustive.ts';

const { server, scriptCase } = useServer();

beforeAll(() => {
  if (!canRun) return;
  server().query(
    `create table orders as select id, md5(id::text) as note from generate_series(1, 2000) id;
     create table customers as select id, md5(id::text) as name from generate_series(1, 100) id;
     select lo_from_bytea(4711, decode(repeat('deadbeef00', 5000), 'hex'))`,
    'shop',
  );
});

const contents = `
  select md5(string_agg(id || note, ',' order by id)), (select count(*) from customers), md5(lo_get(4711)) from orders`;

/** A dump of a folder, where there is one of yesterday. */
function folderCase(given: Partial<Given> = {}): ScriptCase {
  const made = scriptCase({ name: 'dump', ...given });
  rmSync(made.file);
  mkdirSync(made.file);
  writeFileSync(join(made.file, 'toc.dat'), 'of yesterday');
  return made;
}

const dump = (made: ScriptCase): Promise<ScriptEnd> =>
  made.startDumps([['folder', 'shop', made.file, made.partial]]).end;
const isOfYesterday = (folder: string) => readFileSync(join(folder, 'toc.dat'), 'latin1') === 'of yesterday';
const digestByHand = (folder: string) =>
  execFileSync('sh', ['-c', 'sha256sum * | LC_ALL=C sort | sha256sum'], {
    cwd: folder,
    encoding: 'utf8',
  }).slice(0, 64);

function restored(folder: string): string {
  const name = 'restored_folder';
  server().query(`create database ${name}`);
  onTestFinished(() => void server().query(`drop database ${name}`));
  const connection = ['-h', '127.0.0.1', '-p', String(server().port), '-U', 'postgres', '-d', name];
  const env = { ...process.env, PGPASSWORD: password };
  execFileSync(join(postgresPrograms ?? '', 'pg_restore'), [...connection, '--exit-on-error', folder], {
    env,
  });
  return name;
}

describe.skipIf(!canRun).each(sampled(shells, 1))('a dump to a folder under $name', ({ shell }) => {
  it('holds all that there was, and its digest can be made by hand', async () => {
    const made = folderCase({ shell, folder: 'sp ace $(id)' });
    const end = await dump(made);
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expectNothingLeft(end);
    expect(readdirSync(made.folder).toSorted()).toEqual(['dump', 'dump.sha256']);
    const names = readdirSync(made.file);
    const bytes = names.reduce((sum, name) => sum + readFileSync(join(made.file, name)).length, 0);
    const sha256 = digestByHand(made.file);
    expect(factsOf(end)['proven']).toBe(`0 ${bytes} ${sha256}`);
    expect(readFileSync(`${made.file}.sha256`, 'utf8')).toBe(`${sha256}  dump\n`);
    expect(server().query(contents, restored(made.file))).toBe(server().query(contents, 'shop'));
  });
});

describe.skipIf(!canRun)('a dump to a folder', () => {
  exhaustively.test('is the first one where there is none', async () => {
    const made = folderCase();
    rmSync(made.file, { recursive: true });
    expect((await dump(made)).exitCode).toBe(0);
    expect(readdirSync(made.folder).toSorted()).toEqual(['dump', 'dump.sha256']);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['pg_dump fails', { pg_dump: '"$PROGRAMS"/pg_dump "$@"; exit 1' }, /pg_dump ended with exit status 1/],
    [
      'there is no table of contents',
      { pg_dump: '"$PROGRAMS"/pg_dump "$@"; rm "$PARTIAL/toc.dat"' },
      /no table of contents/,
    ],
    [
      'pg_restore cannot read it',
      { pg_dump: '"$PROGRAMS"/pg_dump "$@"; echo x >"$PARTIAL/toc.dat"' },
      /pg_restore ended with/,
    ],
    ['the digest cannot be made', { sha256sum: 'exit 1' }, /digest/],
    [
      'nothing can be put in place',
      { mv: 'case $* in *partial*) exit 1 ;; *) PATH=/usr/bin:/bin mv "$@" ;; esac' },
      /put in place/,
    ],
  ])('leaves the old one as it was when %s', async (_, fakes, words) => {
    const made = folderCase();
    for (const [name, text] of Object.entries(fakes)) made.fake(name, `PARTIAL='${made.partial}'\n${text}`);
    const end = await dump(made);
    expect(end.exitCode).toBeGreaterThanOrEqual(65);
    expect(end.stderr).toMatch(words);
    expect(readdirSync(made.folder)).toEqual(['dump']);
    expect(isOfYesterday(made.file)).toBe(true);
    expectNothingLeft(end);
  });

  it('is stopped without a rest', async () => {
    const made = folderCase({ fakes: { pg_dump: 'mkfifo "$HELD"; exec cat "$HELD"' } });
    const started = made.startDumps([['folder', 'shop', made.file, made.partial]]);
    await vi.waitFor(() => expect(existsSync(made.held)).toBe(true), { interval: 5, timeout: 10_000 });
    started.stdin.end();
    const end = await started.end;
    expect(end.exitCode).toBe(143);
    expect(readdirSync(made.folder)).toEqual(['dump']);
    expect(isOfYesterday(made.file)).toBe(true);
  });

  exhaustively.test('is refused where a file has its name', async () => {
    const made = scriptCase({ name: 'dump' });
    const before = made.state();
    expect(await dump(made)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('is a file') as string,
    });
    expect(made.state()).toEqual(before);
  });

  it('heals what was killed between the two renames, even if it fails itself', async () => {
    const made = folderCase({ fakes: { pg_dump: 'exit 1' } });
    renameSync(made.file, `${made.file}.previous`);
    expect((await dump(made)).exitCode).toBe(65);
    expect(readdirSync(made.folder)).toEqual(['dump']);
    expect(isOfYesterday(made.file)).toBe(true);
  });

  it('removes what was killed after the two renames, and what was killed while it was written', async () => {
    const made = folderCase();
    for (const left of ['previous', 'deadbeef.partial']) {
      mkdirSync(`${made.file}.${left}`);
      writeFileSync(join(`${made.file}.${left}`, 'toc.dat'), 'left');
    }
    expect((await dump(made)).exitCode).toBe(0);
    expect(readdirSync(made.folder).toSorted()).toEqual(['dump', 'dump.sha256']);
  });

  it('lies beside the globals, which are a file', async () => {
    const made = folderCase();
    const globals = join(made.folder, 'dump-globals.sql.gz');
    const end = await made.startDumps([
      ['folder', 'shop', made.file, made.partial],
      ['globals', "dbname='shop'", globals, `${globals}.abcdefgh.partial`],
    ]).end;
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(made.folder).toSorted()).toEqual(
      ['dump', 'dump.sha256', 'dump-globals.sql.gz', 'dump-globals.sql.gz.sha256'].toSorted(),
    );
  });
});
