import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localPlace, pathHere } from '../../../src/databases/operations/local-place.ts';
import { sampled } from '../../support/exhaustive.ts';
import { hostileTexts } from '../../fuzz/hostile-texts.ts';

const here = async (path: string, { file, isFolder = false }: { file?: string; isFolder?: boolean } = {}) =>
  pathHere(await localPlace(file, path, false), isFolder);

/** The name of a dump, or a refusal. */
const dumpOrRefusal =
  /^[A-Za-z0-9_][-+%.\w]*\.(?:sql|dump|tar|gz|zst|lz4)$|^The dump '.*' has no name of a dump; give ⟪file⟫ /;

describe('a file that comes from the cluster', () => {
  test.each([
    'dump.sql',
    'dump.sql.gz',
    'dump.sql.zst',
    'dump.shop%20x.sql.lz4',
    'dump-globals.sql.gz',
    'x.gz',
    'old.dump',
  ])('keeps the name of a dump: %s', async (name) => {
    expect(await here(`/data/${name}`)).toBe(name);
  });

  test.each([
    'Makefile',
    'GNUmakefile',
    'package.json',
    'Dockerfile',
    'dump',
    'conftest.py',
    'sitecustomize.py',
  ])('has a name that ends like a dump, also if it is called %s', async (name) => {
    expect(await here(`/data/${name}`)).toBe(`${name}.sql`);
    expect(await here(`/data/${name}`, { isFolder: true })).toBe(`${name}.tar`);
  });

  const hidden = [
    '.bash_login',
    '.envrc',
    '.zshenv',
    '.psqlrc',
    '.sql.gz',
    '..',
    '-rf.sql',
    'a b.sql',
    '~x.sql',
  ];

  test.each([...hidden, ...sampled(Object.values(hostileTexts).flat(), 8)])(
    'has no hidden or strange name here, but is refused: %j',
    async (name) => {
      const path = here(`/data/${name}`).catch((error: Error) => error.message);
      expect(await path).toMatch(dumpOrRefusal);
    },
  );

  test('has the name that a person types, and in a folder that they type one of a dump', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-place-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(await here('/data/.envrc', { file: join(folder, '.mine') })).toBe(join(folder, '.mine'));
    expect(await here('/data/.envrc', { file: '-' })).toBe('-');
    expect(await here('/data/Makefile', { file: folder })).toBe(join(folder, 'Makefile.sql'));
    await expect(here('/data/.envrc', { file: folder })).rejects.toMatchObject({ reason: 'preflight' });
  });
});
