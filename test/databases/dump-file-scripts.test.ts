import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  downloadScript,
  inspectScript,
  removeScript,
  uploadScript,
} from '../../src/databases/scripts/dump-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const sql = 'copy a\ncopy b\nnothing\nDump completed\n';
const digestOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const recordOf = (bytes: string | Buffer, name: string) => `${digestOf(bytes)}  ${name}\n`;

type Files = Readonly<Record<string, string | Buffer>>;

/** A folder with these files; programs stand first in PATH. */
function scene(files: Files, programs: Readonly<Record<string, string>> = {}) {
  const root = temporaryFolder('scripts-');
  const [folder, bin] = [join(root, 'data'), join(root, 'bin')];
  mkdirSync(folder);
  mkdirSync(bin);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  /** Stdin stays open without an input, as long as the script runs. */
  const run = async (
    script: string,
    args: readonly string[],
    { input, path = process.env['PATH'] ?? '' }: { input?: string; path?: string } = {},
  ) => {
    const child = spawn('/bin/sh', ['-ceu', script, 'sh', ...args], {
      cwd: folder,
      env: { PATH: `${bin}:${path}` },
    });
    child.stdin.on('error', () => {});
    child.stdin.write(`\n${input ?? ''}`);
    if (input !== undefined) child.stdin.end();
    const ended = once(child, 'exit') as Promise<[number | null]>;
    const [stdout, stderr, [status]] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
    child.stdin.destroy();
    return { status, stdout, stderr: stderr.toString(), said: factsOf(stdout), told: factsOf(stderr) };
  };
  return { folder, bin, run };
}

/** `KEY=VALUE` lines; the values of a key that comes again are put together. */
function factsOf(output: Buffer): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const line of output.toString('latin1').split('\n')) {
    const [key = '', ...value] = line.split('=');
    if (key === '') continue;
    facts[key] = key in facts ? `${facts[key]} ${value.join('=')}` : value.join('=');
  }
  return facts;
}

/** Where `tool` is not. */
function without({ bin }: { bin: string }, tool: string): string {
  const tools = ['printenv', 'cat', 'dd', 'tr', 'wc', 'sha256sum', 'sort', 'xargs', 'ls', 'id', 'tar'];
  for (const each of tools.filter((name) => name !== tool)) {
    const place = spawnSync('sh', ['-c', `command -v ${each}`], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(place, join(bin, each));
  }
  return '/nowhere';
}

describe('a look at a dump', () => {
  const look = (name: string, files: Files, programs = {}) =>
    scene(files, programs).run(inspectScript, [`./${name}`, '', 'Dump completed', '^copy', '^none']);

  it('says all of a good one', async () => {
    const { status, said } = await look('dump.sql', {
      'dump.sql': sql,
      'dump.sql.sha256': recordOf(sql, 'dump.sql'),
    });
    const now = Date.now() / 1000;
    expect(status).toBe(0);
    expect(said).toEqual({
      now: expect.stringMatching(/^\d+$/),
      space: expect.stringMatching(/\d+%/),
      modified: expect.stringMatching(/^\d+$/),
      recorded: digestOf(sql),
      bytes: String(sql.length),
      sha256: digestOf(sql),
      packing: 'plain',
      ending: 'complete',
      matching: '2 0',
      end: '',
    });
    for (const key of ['now', 'modified']) expect(Math.abs(Number(said[key]) - now)).toBeLessThan(60);
  });

  it.each([
    ['that is compressed', 'dump.sql.gz', gzipSync(sql), 'complete'],
    ['that is compressed and partial', 'dump.sql.gz.partial', gzipSync(sql), 'complete'],
    ['that is cut', 'dump.sql', sql.slice(0, 20), 'cut'],
    ['that was cut before it was compressed', 'dump.sql.gz', gzipSync(sql.slice(0, 20)), 'cut'],
    ['that was cut after it was compressed', 'dump.sql.gz', gzipSync(sql).subarray(0, 30), 'damaged'],
    ['that is not compressed, as its name says', 'dump.sql.gz', sql, 'damaged'],
    ['that goes on', 'dump.sql', sql + '.'.repeat(1000), 'cut'],
  ])('says of one %s: %s', async (_, name, bytes, ending) => {
    const { status, said } = await look(name, { [name]: bytes });
    expect(status).toBe(0);
    expect(said).toMatchObject({ ending, bytes: String(bytes.length), sha256: digestOf(bytes), end: '' });
    expect(said).not.toHaveProperty('recorded');
  });

  it.each([
    ['is a digit short', 'a'.repeat(63)],
    ['has a sign that is no digit', `${'a'.repeat(63)}g`],
    ['is empty', ''],
  ])('repeats nothing of a record that %s', async (_, record) => {
    const { said } = await look('dump.sql', { 'dump.sql': sql, 'dump.sql.sha256': record });
    expect(said).toMatchObject({
      recorded: '',
      ending: 'complete',
    });
  });

  it.each([
    ['is believed', 'yes', [], recordOf('cut', 'dump.sql.gz'), 'complete'],
    ['is of other bytes', 'yes', [], recordOf('whole', 'dump.sql.gz'), 'damaged'],
    ['is empty', 'yes', [], '', 'damaged'],
    ['is not believed', '', [], recordOf('cut', 'dump.sql.gz'), 'damaged'],
    ['is believed, but lines are to be counted', 'yes', ['^copy'], recordOf('cut', 'dump.sql.gz'), 'damaged'],
  ])('undoes a dump, or not, whose record %s', async (_, believes, patterns, record, ending) => {
    const { said } = await scene({ 'dump.sql.gz': 'cut', 'dump.sql.gz.sha256': record }).run(inspectScript, [
      './dump.sql.gz',
      believes,
      'Dump completed',
      ...patterns,
    ]);
    expect(said).toMatchObject({ ending, sha256: digestOf('cut') });
  });

  it('asks date for the time where stat does not know it', async () => {
    const { said } = await look('dump.sql', { 'dump.sql': sql }, { stat: 'exit 1' });
    expect(said['modified']).toMatch(/^\d+$/);
  });

  it('says what there is instead of one', async () => {
    expect((await look('dump.sql', {})).said).toEqual({
      now: expect.any(String),
      space: expect.any(String),
      missing: '',
      end: '',
    });
    const { said: folder } = await look('dump.sql', { 'dump.sql/other': '' });
    expect(folder).toMatchObject({ folder: '', end: '' });
    expect(folder).not.toHaveProperty('bytes');
    expect((await look('none/dump.sql', {})).said).not.toHaveProperty('space');
  });

  it('finds the folder of a file that lies in none', async () => {
    const { said } = await scene({}).run(inspectScript, ['/no-such-dump.sql', '', 'x']);
    expect(said).toMatchObject({ space: expect.stringContaining('%'), missing: '' });
  });

  it.each([
    ['complete', 'exit 0'],
    ['damaged', 'exit 1'],
  ])('has pg_restore say that a folder of pg_dump is %s', async (ending, pgRestore) => {
    const files = { 'dump/toc.dat': 'toc', 'dump/1.dat.gz': 'data' };
    const { said } = await look('dump', files, { pg_restore: pgRestore });
    const lines = [`${digestOf('toc')}  toc.dat`, `${digestOf('data')}  1.dat.gz`].toSorted();
    expect(said).toMatchObject({
      folder: 'pg_dump',
      ending,
      sha256: digestOf(`${lines.join('\n')}\n`),
      end: '',
    });
    expect(Number(said['bytes']) % 1024).toBe(0);
    expect(said['modified']).toMatch(/^\d+$/);
  });
});

describe('a download', () => {
  const packed = { 'dump/toc.dat': 'toc', 'dump/1.dat.gz': 'data' };
  const lines = [`${digestOf('toc')}  toc.dat`, `${digestOf('data')}  1.dat.gz`].toSorted();
  const digest = digestOf(`${lines.join('\n')}\n`);

  it.each(['checked', 'unchecked'])('of a file with its record sends it, %s', async (how) => {
    const files = { 'dump.sql': sql, 'dump.sql.sha256': recordOf(sql, 'dump.sql') };
    const { status, stdout, told } = await scene(files).run(downloadScript, ['./dump.sql', how]);
    expect([status, stdout.toString()]).toEqual([0, sql]);
    const size = String(sql.length);
    expect(told).toEqual({ recorded: digestOf(sql), size, bytes: size, end: '' });
  });

  it('of a file without a record says its digest, if it is let', async () => {
    const { status, stdout, told } = await scene({ 'dump.sql': sql }).run(downloadScript, [
      './dump.sql',
      'unchecked',
    ]);
    expect([status, stdout.toString()]).toEqual([0, sql]);
    expect(told).toMatchObject({ recorded: '', sha256: digestOf(sql), end: '' });
  });

  it.each<[string, string, Files, string]>([
    ['without a record', 'dump.sql', { 'dump.sql': sql }, 'there is no record ./dump.sql.sha256'],
    ['that is not there', 'dump.sql', {}, 'there is no file ./dump.sql'],
    ['that is a folder', 'dump', { 'dump/other': '' }, './dump is a folder, and none of pg_dump'],
  ])('is refused of one %s', async (_, name, files, words) => {
    const { status, stdout, stderr } = await scene(files).run(downloadScript, [`./${name}`, 'checked']);
    expect([status, stdout.length]).toEqual([64, 0]);
    expect(stderr).toContain(words);
  });

  it('that breaks off is not taken for a whole one', async () => {
    const broken = scene({ 'dump.sql': sql }, { cat: 'exit 1' });
    const { status, stderr } = await broken.run(downloadScript, ['./dump.sql', 'unchecked']);
    expect(status).toBe(65);
    expect(stderr).not.toMatch(/^end$/m);
  });

  it.each([
    ['with its record', `${digest}  dump\n`, 'checked'],
    ['without one', undefined, 'unchecked'],
  ])('of a folder of pg_dump %s makes a tar of it', async (_, record, how) => {
    const files = { ...packed, ...(record !== undefined && { 'dump.sha256': record }) };
    const one = scene(files);
    const { status, stdout, told } = await one.run(downloadScript, [join(one.folder, 'dump'), how]);
    expect(status).toBe(0);
    expect(told).toEqual({ recorded: record === undefined ? '' : digest, packed: digestOf(stdout), end: '' });
    const names = spawnSync('tar', ['-t'], { input: stdout, encoding: 'utf8' }).stdout.trim().split('\n');
    expect(names.toSorted()).toEqual(['dump/', 'dump/1.dat.gz', 'dump/toc.dat']);
  });

  it('of a folder that is not what was recorded sends nothing', async () => {
    const files = { ...packed, 'dump.sha256': `${'0'.repeat(64)}  dump\n` };
    const { status, stdout, stderr } = await scene(files).run(downloadScript, ['./dump', 'unchecked']);
    expect([status, stdout.length]).toEqual([65, 0]);
    expect(stderr).toContain('it is not what was recorded when it was made');
  });

  it('of a folder needs a tar that works', async () => {
    const failing = await scene(packed, { tar: 'exit 3' }).run(downloadScript, ['./dump', 'unchecked']);
    expect([failing.status, failing.stderr]).toEqual([65, expect.stringContaining('tar has failed')]);
    const one = scene(packed);
    const none = await one.run(downloadScript, ['./dump', 'unchecked'], { path: without(one, 'tar') });
    expect([none.status, none.stderr]).toEqual([64, expect.stringContaining('there is no tar')]);
  });
});

describe('an upload', () => {
  it('writes what follows the first line to a new file that nobody else may read', async () => {
    const { folder, run } = scene({});
    const { status, said } = await run(uploadScript, ['./new.gz', '100', '0'], { input: sql });
    expect(status).toBe(0);
    expect(said).toEqual({ bytes: String(sql.length), sha256: digestOf(sql), end: '' });
    expect(readFileSync(join(folder, 'new.gz'), 'utf8')).toBe(sql);
    expect(statSync(join(folder, 'new.gz')).mode & 0o777).toBe(0o600);
  });

  it('leaves a file of that name as it is', async () => {
    const { folder, run } = scene({ 'old.gz': 'of somebody else' });
    const { status, stdout } = await run(uploadScript, ['./old.gz', '100', '0'], { input: sql });
    expect([status === 0, stdout.length]).toEqual([false, 0]);
    expect(readFileSync(join(folder, 'old.gz'), 'utf8')).toBe('of somebody else');
  });

  it('that breaks off leaves nothing', async () => {
    const { folder, run } = scene({}, { cat: 'head -c 3; exit 1' });
    const { status, stdout } = await run(uploadScript, ['./new.gz', '100', '0'], { input: sql });
    expect([status, stdout.length, readdirSync(folder)]).toEqual([65, 0, []]);
  });

  it('is on the disk before it is said', async () => {
    const fakes = { sync: 'printf "%s\\n" "synced=$*"' };
    const { stdout } = await scene({}, fakes).run(uploadScript, ['./new.gz', '100', '0'], { input: sql });
    expect(stdout.toString()).toMatch(/^synced=-- \.\/new\.gz\nbytes=/);
    const old = { sync: 'printf "%s\\n" "synced=$*"; [ $# -eq 0 ]' };
    const again = await scene({}, old).run(uploadScript, ['./new.gz', '100', '0'], { input: sql });
    expect([again.status, again.said['synced']]).toEqual([0, '-- ./new.gz ']);
  });
});

it('a file is removed whether it is there or not', async () => {
  const { folder, run } = scene({ '-rf': '' });
  for (const name of ['-rf', 'none']) {
    expect(await run(removeScript, [name])).toMatchObject({ status: 0, said: { end: '' } });
  }
  expect(existsSync(join(folder, '-rf'))).toBe(false);
});

it('a file is removed only when nobody is about to make it any more', async () => {
  const { folder, run } = scene({});
  const writer = 'echo; sleep 0.5; echo late >late.partial';
  const child = spawn('/bin/sh', ['-c', writer, 'sh', 'sending late.partial'], { cwd: folder });
  await once(child.stdout, 'data');
  expect(await run(removeScript, ['late.partial'])).toMatchObject({ status: 0, said: { end: '' } });
  expect(child.exitCode).toBe(0);
  expect(existsSync(join(folder, 'late.partial'))).toBe(false);
});

it.each([
  ['inspectScript', inspectScript],
  ['downloadScript', downloadScript],
  ['uploadScript', uploadScript],
  ['removeScript', removeScript],
])('%s does nothing for a caller that is gone', (_, script) => {
  const { folder } = scene({ 'dump.sql': sql });
  const { status, stdout } = spawnSync('sh', ['-ceu', script, 'sh', './dump.sql', 'unchecked'], {
    cwd: folder,
    input: '',
  });
  expect([status, stdout.length, readFileSync(join(folder, 'dump.sql'), 'utf8')]).toEqual([64, 0, sql]);
});
