import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { create } from '../src/cli/create.ts';
import { dirname, join, relative } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { textsOf } from './scripts/pictures/svg-text.ts';

const checkout = join(import.meta.dirname, '..');
const docs = join(checkout, 'docs');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const textOf = (page: string) => readFileSync(join(checkout, page), 'utf8');

/** As GitHub makes it of a headline. */
function anchorOf(headline: string): string {
  return headline
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
  const withoutCode = textOf(page).replaceAll(/^```[^]*?^```/gm, '');
  return [...withoutCode.matchAll(/^#+ (.+)$/gm)].map(([, headline = '']) => anchorOf(headline));
}

/** The targets of links and pictures that lie in this repository. */
function targetsIn(page: string): string[] {
  const found = textOf(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g);
  return [...found].map(([, link, source]) => link ?? source ?? '').filter((to) => !/^\w+:/.test(to));
}

/** Lines of shell in the examples of a page; those of consoles without what the commands say. */
function examplesIn(page: string): string[] {
  const blocks = textOf(page).matchAll(/^```(sh|console)\n([^]*?)^```/gm);
  return [...blocks].flatMap(([, kind, block = '']) => {
    const lines = block.replaceAll('\\\n', '').split('\n');
    return kind === 'sh' ? lines : lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  });
}

describe('the pages', () => {
  test('of the README fit on 150 lines', () => {
    expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(151);
  });

  test('are all linked from the README', () => {
    const linked = new Set(targetsIn('README.md').map((target) => target.replace(/#.*/, '')));
    expect(pages.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
  });

  test.for(pages)('link only to what is there: %s', (page) => {
    const missing = targetsIn(page).filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(checkout, join(checkout, dirname(page), path));
      if (!existsSync(join(checkout, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  test.for(pages)('set only values that the chart has, or settings: %s', (page) => {
    const values = load(readFileSync(join(checkout, 'charts/backup-ns/values.yaml'), 'utf8')) as object;
    const names = new Set(Object.values(create.settings.table).map(({ name }) => name));
    const set = examplesIn(page).flatMap((line) =>
      [...line.matchAll(/--set ([\w.]+)=/g)].map(([, path = '']) => path),
    );
    const unknown = set.filter((path) => {
      const setting = /^create\.settings\.(\w+)$/.exec(path)?.[1];
      if (setting) return !names.has(setting);
      let value: unknown = values;
      for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
      return value === undefined;
    });
    expect(unknown).toEqual([]);
  });

  test.for(pages)('name only npm scripts that there are: %s', (page) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(page).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('CONTRIBUTING names only files and folders that there are, or that its question says are to come', () => {
  const text = textOf('CONTRIBUTING.md').replaceAll(/There is none yet\.[^]*?\n- /g, '');
  const named = [...text.matchAll(/`((?:src|scripts|test|charts|docs)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
});

describe('the pictures of the pages', () => {
  const folder = join(docs, 'pictures');
  const files = readdirSync(folder);

  test('are there for light and dark pages, and each is shown', () => {
    const shown = new Set(pages.flatMap((page) => targetsIn(page)).map((target) => target.split('/').at(-1)));
    const names = new Set(files.map((file) => file.split('.')[0]));
    expect(files.toSorted()).toEqual(
      [...names].flatMap((name) => [`${name}.dark.svg`, `${name}.light.svg`]).toSorted(),
    );
    expect(files.filter((file) => !shown.has(file))).toEqual([]);
  });

  test.for(files)('are small, well formed, and bring no font and no script: %s', (file) => {
    const svg = readFileSync(join(folder, file), 'utf8');
    expect(statSync(join(folder, file)).size).toBeLessThan(60_000);
    expect(textsOf(svg, 'text').length).toBeGreaterThan(3);
    expect(svg).not.toMatch(/@font-face|<script|<image|href=/);
  });

  test.for(files)('show nothing of the machine that they were made on: %s', (file) => {
    expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/\/(?:tmp|root|home|Users|work)\//);
  });
});
