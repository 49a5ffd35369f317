import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What a test file takes a sample of its cases with, from the root of the checkout. */
const sampler = 'test/support/exhaustive.ts';

/**
 * The test files, from the root of the checkout, in which `npm test` leaves cases out: those that import the sampler,
 * themselves or by way of other files of `test`. The exhaustive run is made of them.
 */
export function sampledFiles(root: string): string[] {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith('.ts') && !file.startsWith('test/e2e/'));
  const imports = files.flatMap((file) => importsOf(root, file).map((imported) => ({ file, imported })));
  const importers = Map.groupBy(imports, ({ imported }) => imported);
  const found = new Set([sampler]);
  // A set gives those, too, that are added to it on the way.
  for (const imported of found) for (const { file } of importers.get(imported) ?? []) found.add(file);
  return [...found].filter((file) => file.endsWith('.test.ts')).toSorted();
}

/** From the root of the checkout, as the files themselves are. */
function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const paths = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g);
  return [...paths].map(([, path = '']) => relative(root, join(root, dirname(file), path)));
}
