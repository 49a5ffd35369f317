import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The node binary that the npm package `node` brought, and its version. */
export function nodeOfPackage(): { path: string; version: string } {
  const description = createRequire(import.meta.url).resolve('node/package.json');
  const { version } = JSON.parse(readFileSync(description, 'utf8')) as { version: string };
  return { path: join(dirname(description), 'bin', 'node'), version };
}
