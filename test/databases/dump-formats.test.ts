import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from './script-case.ts';
import { canRun, expectNothingLeft, useServer } from './script-support.ts';
import { sampled } from '../support/exhaustive.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { packing } from '../../src/databases/scripts/packing.ts';
import { formats } from '../../src/databases/scripts/formats.ts';

const { server, scriptCase } = useServer();

const realPath = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
const [gzip, zstd, lz4] = ['gzip', 'zstd', 'lz4'].map(realPath);
const hasAll = canRun && zstd !== '' && lz4 !== '';
if (!hasAll)
  console.warn('Formats of dumps are not tested: they need zstd and lz4 (apt-get install zstd lz4)');

/** Who writes each format; with CPUs to spare, gzip is left to who can use them. */
const writers = [
  {
    title: 'gzip, by pg_dump',
    name: 'dump.sql.gz',
    program: 'pg_dump',
    real: '"$PROGRAMS"/pg_dump',
    fakes: {},
  },
  {
    title: 'gzip, by pigz',
    name: 'dump.sql.gz',
    program: 'pigz',
    real: `shift 3; ${gzip} -c`,
    fakes: { nproc: 'echo 8' },
  },
  { title: 'zstd', name: 'dump.sql.zst', program: 'zstd', real: zstd, fakes: {} },
  { title: 'lz4', name: 'dump.sql.lz4', program: 'lz4', real: lz4, fakes: {} },
] as const;

/** A stand-in that reads as the real one does, and sends what it writes `through` something. */
const writing = ({ program, real }: (typeof writers)[number], through: string) => ({
  [program]: `case " $* " in *' -d '*) [ ${program} != pigz ] || exec ${gzip} -d -c; exec ${real} "$@" ;; esac
{ ${real} "$@"; } ${through}`,
});

const expanded = (file: string): string => {
  const program = file.endsWith('.gz') ? 'gzip' : file.endsWith('.zst') ? 'zstd' : 'lz4';
  return execFileSync(program, ['-d', '-c', file], { encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });
};

beforeAll(() => {
  if (!hasAll) return;
  server().query(
    'create table entry as select id, md5(id::text) as note from generate_series(1, 5000) id',
    'shop',
  );
});

describe.skipIf(!hasAll)('a dump', () => {
  it.each(sampled(writers, 2))('is written in the format that its name says: $title', async (writer) => {
    const made = scriptCase({ name: writer.name, fakes: { ...writer.fakes, ...writing(writer, '') } });
    const end = await made.dump();
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(expanded(made.file)).toMatch(/^--\n-- PostgreSQL database dump\n[^]*database dump complete/);
    const digest = createHash('sha256').update(readFileSync(made.file)).digest('hex');
    expect(factsOf(end)['proven']).toBe(`0 ${statSync(made.file).size} ${digest}`);
    expect(readdirSync(made.folder).filter((name) => name.startsWith('dump.sql.'))).toContain(writer.name);
    expectNothingLeft(end);
  });

  const faults = [
    { fault: 'is cut short within the compression', through: '| head -c -30', words: /damaged/ },
    {
      fault: 'is damaged within the compression',
      through: '| { head -c 5000; head -c 8 >/dev/null; printf XXXXXXXX; cat; }',
      words: /damaged|cut short/,
    },
    {
      fault: 'is not compressed',
      through: '>/dev/null; echo "-- PostgreSQL database dump complete"',
      words: /damaged/,
    },
    {
      fault: 'fails',
      through: '| head -c 9000; echo "no more" >&2; exit 37',
      words: /no more\n.* ended with exit status 37/,
    },
  ];
  it.each(
    sampled(
      writers.flatMap((writer) => faults.map((fault) => ({ ...writer, ...fault, writer }))),
      6,
    ),
  )('is refused, and the old one kept, when it $fault: $title', async ({ writer, through, words }) => {
    const made = scriptCase({ name: writer.name, fakes: { ...writer.fakes, ...writing(writer, through) } });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toMatch(words);
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  it.each(sampled(writers, 2))('that does not fit leaves the old one as it was: $title', async (writer) => {
    // A limit on the size of files instead of a full disk, which would need root.
    const { program, real, name } = writer;
    const limited = `case " $* " in *' -d '*) exec ${real} "$@" ;; esac
trap '' XFSZ; ulimit -f 16; ${program === 'pigz' ? 'shift 3; set -- -c "$@"; exec gzip' : `exec ${real}`} "$@"`;
    const made = scriptCase({ name, fakes: { ...writer.fakes, [program]: limited } });
    const before = made.state();
    const end = await made.dump();
    expect(end.exitCode).toBe(65);
    expect(end.stderr).toMatch(new RegExp(`${program} ended with exit status \\d+`));
    expect(made.state()).toEqual(before);
    expectNothingLeft(end);
  });

  it.each([
    ['pg_dump by itself', 'dump.sql.gz', 1, 2, { pg_dump: '--compress=1' }],
    [
      'pg_dump by itself, however hard, where there is one CPU',
      'dump.sql.gz',
      9,
      1,
      { pg_dump: '--compress=9' },
    ],
    ['pigz, where there are CPUs for it', 'dump.sql.gz', 1, 8, { pigz: '-p 8 -1' }],
    ['pigz, where it is hard work', 'dump.sql.gz', 6, 2, { pigz: '-p 2 -6' }],
    ['pg_dump by itself from version 16 on', 'dump.sql.zst', 1, 4, { pg_dump: '--compress=zstd:1' }],
    ['zstd with its threads, where it is hard work', 'dump.sql.zst', 9, 4, { zstd: '-T4 -9' }],
    ['pg_dump by itself from version 16 on: lz4', 'dump.sql.lz4', 2, 4, { pg_dump: '--compress=lz4:2' }],
  ])('is compressed by %s', async (_, name, level, threads, expected: Record<string, string>) => {
    const made = scriptCase({ name, level, threads });
    const log = join(made.root, 'log');
    const noted = (program: string, otherwise: string) =>
      made.fake(program, `echo "${program} $*" >>${log}\n${otherwise}`);
    // Understands what pg_dump 16 does.
    noted(
      'pg_dump',
      `case $* in *--version*) echo 'pg_dump (PostgreSQL) 17.2 (Debian)'; exit ;; esac
[ "$PGHOST" != /dev/null ] || { echo 'no socket /dev/null' >&2; exit 1; }
for last; do case $last in --compress=zstd:*) pipe='zstd -c' ;; --compress=lz4:*) pipe='lz4 -c' ;; --compress=*) pipe='gzip -c' ;; esac; done
"$PROGRAMS"/pg_dump --no-password --clean | \${pipe:-cat}`,
    );
    noted('pigz', `case " $* " in *' -d '*) exec gzip -d -c ;; esac; exec gzip -c`);
    noted('zstd', `exec ${zstd} "$@"`);
    made.fake('nproc', 'echo 8');
    const end = await made.dump();
    expect(end).toMatchObject({ exitCode: 0 });
    const [[program, words]] = Object.entries(expected) as [[string, string]];
    expect(readFileSync(log, 'utf8')).toMatch(new RegExp(`^${program} .*${words}`, 'm'));
  });

  it('is left to zstd by a pg_dump that was built without it', async () => {
    const made = scriptCase({ name: 'dump.sql.zst' });
    made.fake(
      'pg_dump',
      `case $* in
  *--version*) echo 'pg_dump (PostgreSQL) 17.2'; exit ;;
  *zstd*) echo 'pg_dump: error: this build does not support compression with zstd' >&2; exit 1 ;;
esac
exec "$PROGRAMS"/pg_dump "$@"`,
    );
    expect(await made.dump()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(expanded(made.file)).toContain('PostgreSQL database dump complete');
  });
});

describe('the CPUs that a container may use', () => {
  const count = (wanted: number, nproc: string, files: Record<string, string>): string => {
    const root = temporaryFolder('cgroup-');
    mkdirSync(join(root, 'cpu'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const script = `${formats}${packing}nproc() { ${nproc}; }
threads=${wanted}; count_threads; echo "$threads"`.replaceAll('/sys/fs/cgroup', root);
    return execFileSync('sh', ['-ceu', script], { encoding: 'utf8' }).trim();
  };

  it.each<[string, number, string, Record<string, string>, string]>([
    ['those of the node', 4, 'echo 8', {}, '4'],
    ['those of the node, where they are few', 4, 'echo 2', {}, '2'],
    ['as many as its limit, rounded up', 4, 'echo 8', { 'cpu.max': '150000 100000\n' }, '2'],
    ['one at least', 4, 'echo 8', { 'cpu.max': '5000 100000\n' }, '1'],
    ['as many as a limit says that does not end its line', 4, 'echo 8', { 'cpu.max': '200000 100000' }, '2'],
    ['all of them without a limit', 4, 'echo 8', { 'cpu.max': 'max 100000\n' }, '4'],
    [
      'as many as the limit of an older kernel',
      4,
      'echo 8',
      { 'cpu/cpu.cfs_quota_us': '300000\n', 'cpu/cpu.cfs_period_us': '100000\n' },
      '3',
    ],
    [
      'as many as the limit of an older kernel says that does not end its lines',
      4,
      'echo 8',
      { 'cpu/cpu.cfs_quota_us': '300000', 'cpu/cpu.cfs_period_us': '100000' },
      '3',
    ],
    [
      'all of them without one there',
      4,
      'echo 8',
      { 'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n' },
      '4',
    ],
    ['what can be read, of what cannot be understood', 4, 'echo 8', { 'cpu.max': 'a b\n' }, '4'],
  ])('are %s', (_, wanted, nproc, files, expected) => {
    expect(count(wanted, nproc, files)).toBe(expected);
  });

  it('are counted without nproc', () => {
    expect(Number(count(64, 'return 1', {}))).toBeGreaterThan(0);
  });
});
