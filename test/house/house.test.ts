import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { rooms } from './rooms.ts';

interface Import {
  readonly file: string;
  readonly imported: string;
}

function importsIn(pattern: string): Import[] {
  return globSync(pattern).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const relative = text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']+)'/gm);
    return [...relative].map(([, path = '']) => ({ file, imported: normalize(join(dirname(file), path)) }));
  });
}

/** `src/kube/wait.ts` is in `kube`, `src/main.ts` in a room of its own. */
function roomOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function floorOf(file: string): number {
  return rooms.findIndex((room) => room === roomOf(file));
}

const imports = importsIn('src/**/*.ts');

it('every file of the sources is in a room that has its place', () => {
  expect(imports.length).toBeGreaterThan(500);
  expect(imports.filter(({ file }) => floorOf(file) === -1)).toEqual([]);
});

it('imports of the sources go down only', () => {
  const up = imports.filter(({ file, imported }) => floorOf(imported) > floorOf(file));
  expect(up.map(({ file, imported }) => `${file} imports ${imported}`)).toEqual([]);
});

it('scripts import sources and tests import both, never the other way round', () => {
  const wrong = [
    ...imports.filter(({ imported }) => !imported.startsWith('src/')),
    ...importsIn('scripts/**/*.ts').filter(({ imported }) => imported.startsWith('test/')),
  ];
  expect(wrong).toEqual([]);
});

it('only the room of VolumeSnapshots, their orphans and the list of resources speak of them', () => {
  const isTheirs = (file: string): boolean =>
    /^src\/(?:snapshots\/csi|orphans)\/|^src\/kube\/resources\.ts$/.test(file);
  const others = globSync('src/**/*.ts').filter((file) => !isTheirs(file));
  expect(others.filter((file) => readFileSync(file, 'utf8').includes('VolumeSnapshot'))).toEqual([]);
});

it('only tables of settings and the command line know the names of variables', () => {
  const isTheirs = (file: string): boolean => /^src\/cli\/|\/settings\/|settings\.ts$/.test(file);
  const isNamed = (file: string): boolean => /(?:BAK|RETAIN)_/.test(readFileSync(file, 'utf8'));
  const others = globSync('src/**/*.ts').filter(
    (file) => !isTheirs(file) || file.startsWith('src/settings/'),
  );
  expect(others.filter(isNamed)).toEqual([]);
});

it('only the command line, which its caller types, reads files that settings name', () => {
  const readers = imports.filter(({ imported }) => imported === 'src/settings/secret-file.ts');
  expect(readers.map(({ file }) => file)).toEqual(['src/cli/program.ts']);
});

it('no use case knows who calls it', () => {
  const faces = imports.filter(({ imported }) => imported.startsWith('src/cli/'));
  const callers = new Set(faces.map(({ file }) => roomOf(file)));
  expect([...callers].toSorted()).toEqual(['cli', 'main.ts']);
});
