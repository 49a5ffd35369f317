import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { postgresServer } from '../../src/databases/postgres/postgres.ts';
import { takeDumps } from '../../src/databases/take-dumps.ts';
import { testContext } from '../support/context.ts';
import { FakeKube } from '../support/fake-kube.ts';
import { fakeFolder } from './fake-folder.ts';
import { execHere } from './local-exec.ts';
import { shells } from './script-support.ts';
import { postgresSettings } from './settings.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { sampled } from '../support/exhaustive.ts';

/** Names that are as long as PostgreSQL has them, and that mean something to a shell, to JSON or to a file system. */
const names = Array.from(
  { length: 12 },
  (_, index) => `${index}'"\\$(touch x)\n\u0001../${'\u0002'.repeat(40)}`,
);
/** So long that also the list of a few is too long for an annotation. */
const version = '17'.padEnd(3000, '.');
const container = { namespace: 'shop', pod: 'db-1', container: 'db' };

function scene(shell: readonly string[], pgDump = 'echo "PostgreSQL database dump complete"') {
  const folder = temporaryFolder('list-');
  const dumpFile = join(folder, 'dump.sql');
  const path = [fakeFolder(temporaryFolder('fakes-'), { pg_dump: pgDump }), process.env['PATH']].join(':');
  const kube = new FakeKube();
  kube.onExec = (options) => execHere(options, { shell, env: { PATH: path, SHLVL: '2' } });
  const user = { from: 'literal', value: 'app' } as const;
  const settings = postgresSettings({ dumpFile, databases: { from: 'all' }, globals: false, user });
  const checked = { container, version, toolVersion: '17', databases: names, maximumUsedPercent: 100 };
  const dump = () => takeDumps(postgresServer(settings), checked, testContext(kube));
  return { folder, list: join(folder, 'dump-list.json'), dump };
}

describe.each(sampled(shells, 2))('the list of many dumps, under $name', ({ shell }) => {
  it('lies beside them whole, as it is recorded, whatever their names are', async () => {
    const { folder, list, dump } = scene(shell);
    const dumps = await dump();
    const text = readFileSync(list);
    const digest = createHash('sha256').update(text).digest('hex');
    expect(dumps[0]?.listedIn).toEqual({ path: list, bytes: text.length, sha256: digest });
    expect(readFileSync(`${list}.sha256`, 'utf8')).toBe(`${digest}  dump-list.json\n`);
    const listed = dumps.map((dump) => {
      const { engine, database, path, bytes, sha256 } = dump;
      return { engine, version, toolVersion: '17', database, path, bytes, sha256 };
    });
    expect(JSON.parse(text.toString())).toEqual(listed);
    expect(listed.map(({ database }) => database)).toEqual(names);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  }, 60_000);
});

it('a list of dumps is as it was when one of them fails', async () => {
  const { folder, list, dump } = scene(['sh'], 'exit 1');
  writeFileSync(list, 'the list of yesterday');
  await expect(dump()).rejects.toThrow('pg_dump ended with exit status 1');
  expect(readFileSync(list, 'utf8')).toBe('the list of yesterday');
  expect(readdirSync(folder)).toEqual(['dump-list.json']);
  expect(existsSync(join(folder, 'x'))).toBe(false);
});
