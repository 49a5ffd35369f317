import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chartFolder } from '../../../scripts/chart/defaults.ts';
import { helmProgram } from '../../../scripts/chart/helm-program.ts';
import { chartReadme, valuesWithoutWords } from '../../../scripts/chart/readme.ts';
import { staticManifest, staticNames, writtenManifest } from '../../../scripts/chart/static.ts';
import { valuesWords } from '../../../scripts/chart/values-words.ts';

test("the chart's README has the values of values.yaml; npm run docs writes it anew", () => {
  expect(readFileSync(join(chartFolder, 'README.md'), 'utf8')).toBe(chartReadme());
});

test('values.yaml says of every value what it is', () => {
  expect(valuesWithoutWords()).toEqual([]);
});

test('the words of a value are those of the comment right before it, on as many lines as it has', () => {
  const text = `# of the file\n\n# -- First\n# and more.\na: 1\nb:\n  # -- Inner\n  #  too.\n  c: 2\n  d: 3\n  e:\n    f: 4\n# no words\ng: 5\n`;
  expect(valuesWords(text)).toEqual([
    { path: 'a', words: 'First and more.' },
    { path: 'b.c', words: 'Inner  too.' },
  ]);
});

const helm = helmProgram();

test.skipIf(helm === undefined).each(staticNames)(
  'deploy/%s.yaml is what helm makes of the chart; npm run docs writes it anew',
  (name) => {
    expect(writtenManifest(name)).toBe(staticManifest(name, helm!));
  },
);
