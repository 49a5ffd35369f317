import type { Engine } from '../databases/engine.ts';

/** An example of a command of one engine, for a database that runs in Deployment shop. */
export function lineFor({ name }: Engine, words: string): string {
  return `backup-ns ${name} ${words} -n shop \\\n    --db-${name}-exec-resource deployment/shop`;
}
