import { chownSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exhaustively, sampled } from '../support/exhaustive.ts';
import { factsOf, type ScriptCase } from './script-case.ts';
import { canRun, expectNothingLeft, shells, useServer } from './script-support.ts';

const { server, scriptCase } = useServer();
const isRoot = process.getuid?.() === 0;
const [user, group] = [65_534, 65_534];

beforeAll(() => {
  if (canRun) server().query('create table entry as select generate_series(1, 1000) as id', 'shop');
});

/** Owner, group and mode of all in the folder, below it too. */
function ownersOf({ folder }: ScriptCase): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const all = files.map((name) => statSync(join(folder, name)));
  return [...new Set(all.map(({ uid, gid, mode }) => `${uid} ${gid} ${(mode & 0o77).toString(8)}`))];
}

describe.skipIf(!canRun || !isRoot)('what root dumps into the folder of another user', () => {
  it.each(sampled(shells, 2))(
    "is that user's, and for nobody else to read, with $name",
    async ({ shell }) => {
      const made = scriptCase({ shell });
      rmSync(made.file);
      chownSync(made.folder, user, group);
      const parts = ['database', 'globals'].map(
        (kind) =>
          [kind, kind === 'globals' ? 'dbname=shop' : 'shop', ...partOf(made, `${kind}.sql.gz`)] as const,
      );
      const folder = ['folder', 'shop', ...partOf(made, 'folder')] as const;
      const list = ['list', '', ...partOf(made, 'list.json')] as const;
      const end = await made.startDumps([...parts, folder, list]).end;
      expect(end).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ownersOf(made)).toEqual([`${user} ${group} 0`]);
    },
  );

  exhaustively.test('is theirs while it is written', async () => {
    const made = scriptCase();
    chownSync(made.folder, user, group);
    made.fake('pg_dump', `ls -ln "${made.folder}" >&2; exit 1`);
    const partials = (await made.dump()).stderr
      .split('\n')
      .filter((line) => /\.partial(\.sha256)?$/.test(line));
    expect(partials).toHaveLength(2);
    for (const line of partials) expect(line).toMatch(/^-rw------- +1 65534 65534 /);
  });
});

const partOf = ({ folder }: ScriptCase, name: string) =>
  [join(folder, name), `${join(folder, name)}.abcdefgh.partial`] as const;

describe.skipIf(!canRun)('a dump that fills the volume', () => {
  const stuck = 'printf half; mkfifo "$HELD"; exec cat "$HELD"';
  const df = (percents: string) =>
    `echo Filesystem; { read -r percent; echo "/dev/my disk 1000 900 100 $percent% /"; } <${percents}`;

  it.each(sampled(shells, 1))(
    'beyond the limit is abandoned while it is written, and the old one stays, with $name',
    async ({ shell }) => {
      const made = scriptCase({ shell, maximumUsed: 90, fakes: { pg_dump: stuck } });
      const percents = join(made.root, 'percents');
      made.fake('df', df(percents));
      writeFileSync(percents, '90\n');
      const before = made.state();
      const started = made.startDump();
      started.stdin.write('\n');
      setImmediate(() => writeFileSync(percents, '91\n'));
      const end = await started.end;
      expect(end.exitCode).toBe(67);
      expect(factsOf(end)['full']).toBe('91');
      expect(made.state()).toEqual(before);
      expectNothingLeft(end);
    },
  );

  exhaustively.test('as a folder is abandoned, too', async () => {
    const made = scriptCase({
      maximumUsed: 90,
      name: 'folder',
      fakes: { pg_dump: 'exec sleep 100', df: 'echo "x 9 9 9 95% /"' },
    });
    const end = await made.startDumps([['folder', 'shop', `${made.file}2`, `${made.file}2.abcdefgh.partial`]])
      .end;
    expect([end.exitCode, factsOf(end)['full']]).toEqual([67, '95']);
    expectNothingLeft(end);
  });

  it.each([
    ['as far as the limit', 'echo "x 1000 900 100 90% /"'],
    ['as far as can be told, where df says nothing', 'exit 1'],
    ['as far as can be told, where df says something else', 'echo "none 0 0 0 - /"'],
  ])('is made %s', async (_, answer) => {
    const made = scriptCase({
      maximumUsed: 90,
      fakes: { df: answer, pg_dump: '[ $# = 1 ] || sleep 0.5; exec "$PROGRAMS"/pg_dump "$@"' },
    });
    expect(await made.dump()).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe.skipIf(!canRun)('the check', () => {
  it.each([
    ['PG_VERSION', (made: ScriptCase) => made.folder],
    ['ibdata1', (made: ScriptCase) => made.root],
  ])('says that the dump lies in a data directory, or below one, by its %s', async (name, placeOf) => {
    const made = scriptCase();
    expect(factsOf(await made.check())).not.toHaveProperty('data');
    writeFileSync(join(placeOf(made), name), '15\n');
    expect(factsOf(await made.check())).toMatchObject({ data: placeOf(made) });
  });
});
