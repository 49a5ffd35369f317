import { createHash } from 'node:crypto';
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { locate } from '../../../src/restore/dump/locate-dump.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';

const good = 'GOOD!';
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A volume with these files, and a pod that reads it. */
class Volume {
  readonly root = mkdtempSync(join(tmpdir(), 'volume-'));
  readonly #kube = new FakeKube();

  constructor(files: Readonly<Record<string, string>>) {
    onTestFinished(() => rmSync(this.root, { recursive: true }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
    this.#kube.onExec = async ({ command, stdin, stdout, stderr }) => {
      const [program = '', ...args] = command;
      const child = spawn(program, args, { env: { ...process.env, SNAPSHOT_VOLUME: this.root } });
      child.stdin.on('error', () => {});
      Readable.from(stdin ?? []).pipe(child.stdin);
      if (stdout) child.stdout.pipe(stdout, { end: false });
      if (stderr) child.stderr.pipe(stderr, { end: false });
      const [exitCode] = (await once(child, 'close')) as [number];
      return exitCode;
    };
  }

  folderDigest(path: string): string {
    const script = 'ls | xargs sha256sum | LC_ALL=C sort | sha256sum';
    return execFileSync('sh', ['-c', script], { cwd: join(this.root, path) })
      .toString()
      .slice(0, 64);
  }

  /** Where the dump is taken from, on the volume. */
  async find(path: string, { sha256 = digestOf(good), ofDatabase = true } = {}) {
    const volume = { container: { namespace: 'a', pod: 'p', container: 'c' }, folders: [], which: 'It' };
    const recorded = { path, bytes: good.length, sha256, ...(ofDatabase && { database: 'shop' }) };
    const found = await locate(volume, recorded, testContext(this.#kube));
    return { ...found, path: found.path.slice(this.root.length) };
  }
}

const dump = '/data/backup/dump.sql.gz';
const file = { path: '/backup/dump.sql.gz', isFolder: false };

test.each<[string, Readonly<Record<string, string>>]>([
  ['nothing else', {}],
  ['a folder of its name with a toc.dat', { 'dump.sql.gz/toc.dat': '' }],
  ['a file of its name and size', { 'dump.sql.gz': 'OTHER' }],
  ['a file of its name and another size', { 'dump.sql.gz': 'OTHER AND MORE' }],
  ['several of them', { 'dump.sql.gz/toc.dat': '', 'data/backup/dump.sql.gz': 'OTHER' }],
])('a good dump is found beside %s', async (_, others) => {
  const volume = new Volume({ 'backup/dump.sql.gz': good, ...others });
  expect(await volume.find(dump)).toEqual(file);
});

test('a good folder is found beside a file and a folder that are not the ones of the record', async () => {
  const volume = new Volume({
    'backup/dump/toc.dat': 'toc',
    'backup/dump/1.dat': 'rows',
    'dump/toc.dat': 'another',
    'data/backup/dump': 'OTHER',
  });
  const sha256 = volume.folderDigest('backup/dump');
  expect(await volume.find('/data/backup/dump', { sha256 })).toEqual({
    path: '/backup/dump',
    isFolder: true,
  });
});

test('a file without an ending is found beside a folder of its name', async () => {
  const volume = new Volume({ 'backup/dump': good, 'dump/toc.dat': '' });
  expect(await volume.find('/data/backup/dump')).toEqual({ path: '/backup/dump', isFolder: false });
});

test('what is no content of a database is never a folder', async () => {
  const volume = new Volume({ 'backup/list': good, 'list/toc.dat': '' });
  const found = await volume.find('/data/backup/list', { ofDatabase: false });
  expect(found).toEqual({ path: '/backup/list', isFolder: false });
});

test('where none has the size that was recorded, one that has another is named', async () => {
  const volume = new Volume({ 'dump.sql.gz': 'OTHER AND MORE', 'backup/dump.sql.gz/toc.dat': '' });
  await expect(volume.find(dump)).rejects.toThrow(/has 14 bytes there, and recorded were 5; take another/);
  await expect(new Volume({}).find(dump)).rejects.toThrow(/it is not there; take another snapshot/);
});
