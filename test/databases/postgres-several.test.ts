import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { password } from '../../scripts/servers/postgres-server.ts';
import { oldDump, type Given, type ScriptCase } from './script-case.ts';
import { canRun, expectNothingLeft, inContainer, shells, useServer } from './script-support.ts';
import { sampled } from '../support/exhaustive.ts';

const { server, scriptCase } = useServer();

beforeAll(() => {
  if (!canRun) return;
  server().query('create database till');
  server().query(`create role weak login password 'sesame'`);
});

const names = ['shop', 'till', 'globals'] as const;

/** Old dumps of databases shop and till, and of the globals. */
function severalCase(given: Partial<Given> = {}) {
  const made = scriptCase(given);
  const parts = names.map((name) => {
    const file = join(made.folder, `dump.${name}.sql.gz`);
    writeFileSync(file, oldDump);
    const [kind, what] = name === 'globals' ? [name, "dbname='shop'"] : ['database', name];
    return [kind, what, file, `${file}.abcdefgh.partial`] as const;
  });
  return { made, files: parts.map(([, , file]) => file), start: () => made.startDumps(parts) };
}

const sqlOf = (file: string | undefined) => gunzipSync(readFileSync(file ?? '')).toString();
const isOld = (file: string) => readFileSync(file, 'latin1') === oldDump;
const partialsIn = (made: ScriptCase) => readdirSync(made.folder).filter((name) => name.includes('.partial'));

describe.skipIf(!canRun).each(sampled(shells, 1))('several dumps under $name', ({ shell }) => {
  it('are said one after the other, each with its record', async () => {
    const { made, files, start } = severalCase({ shell });
    const end = await start().end;
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    const said = end.stdout.split('\n').map((line) => line.split(' ')[0]);
    expect(said).toEqual(['begun=0', 'proven=0', 'begun=1', 'proven=1', 'begun=2', 'proven=2', 'end', '']);
    const left = [made.file, ...files.flatMap((file) => [file, `${file}.sha256`])].map((file) =>
      basename(file),
    );
    expect(readdirSync(made.folder).toSorted()).toEqual(left.toSorted());
    expect(sqlOf(files[0])).toContain('PostgreSQL database dump complete');
    expect(sqlOf(files[2])).toMatch(/CREATE ROLE weak;[^]*PASSWORD 'SCRAM-SHA-256[^]*cluster dump complete/);
    expectNothingLeft(end);
  });

  it('are all as they were when the last one fails', async () => {
    const { made, files, start } = severalCase({
      shell,
      fakes: { pg_dumpall: 'echo "no roles" >&2; exit 1' },
    });
    const end = await start().end;
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toContain('pg_dumpall ended with exit status 1');
    expect(files.map(isOld)).toEqual([true, true, true]);
    expect(partialsIn(made)).toEqual([]);
    expectNothingLeft(end);
  });
});

describe.skipIf(!canRun)('several dumps', () => {
  it('are all guarded by one lifeline: those that are proven go as well', async () => {
    const { made, files, start } = severalCase({ fakes: { pg_dumpall: 'mkfifo "$HELD"; exec cat "$HELD"' } });
    const started = start();
    await vi.waitFor(() => expect(existsSync(made.held)).toBe(true), { interval: 5, timeout: 10_000 });
    expect(partialsIn(made)).toContain('dump.till.sql.gz.abcdefgh.partial');
    started.stdin.end();
    expect((await started.end).exitCode).toBe(143);
    expect(files.map(isOld)).toEqual([true, true, true]);
    expect(partialsIn(made)).toEqual([]);
  });

  it('that cannot all be put in place say so with a status of its own', async () => {
    const { made, files, start } = severalCase();
    made.fake('mv', 'case $* in *till*) echo "mv: no" >&2; exit 1 ;; *) PATH=/usr/bin:/bin mv "$@" ;; esac');
    const end = await start().end;
    expect(end.exitCode).toBe(66);
    expect(end.stderr).toContain(`${files[1]} could not be put in place`);
    expect(files.map(isOld)).toEqual([false, true, true]);
    expect(partialsIn(made)).toEqual([]);
  });

  it('are not begun when one of them is a folder', async () => {
    const { made, start } = severalCase();
    mkdirSync(join(made.folder, 'dump.globals.sql.gz.sha256'));
    expect((await start().end).exitCode).toBe(64);
    expect(partialsIn(made)).toEqual([]);
  });

  it('of globals are without passwords where the user may not read them', async () => {
    const { POSTGRES_PASSWORD: _, ...env } = inContainer;
    const { files, start } = severalCase({
      env: { ...env, POSTGRES_USER: 'weak', POSTGRES_PASSWORD: 'sesame' },
    });
    expect(await start().end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(sqlOf(files[2])).toContain('CREATE ROLE weak;');
    expect(sqlOf(files[2])).not.toContain('SCRAM');
    expect(sqlOf(files[2])).not.toContain(password);
  });

  it('of globals can ask a database with any name', async () => {
    const name = "a=b'\\ c";
    server().query(`create database "${name}"`);
    onTestFinished(() => void server().query(`drop database "${name}"`));
    const made = scriptCase();
    const end = await made.startDumps([['globals', "dbname='a=b\\'\\\\ c'", made.file, made.partial]]).end;
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
