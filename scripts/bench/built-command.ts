import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.ts';

const root = join(import.meta.dirname, '..', '..');
const sources = ['src/**/*.ts', 'scripts/build.ts', 'scripts/bundle/*.ts', 'package-lock.json'];

/** The path of the bundle that users run; built first when it is missing, or older than a source of it. */
export async function builtCommand(report: (line: string) => void): Promise<string> {
  const path = join(root, 'dist', 'backup-ns.mjs');
  const newest = Math.max(...globSync(sources, { cwd: root }).map((file) => changed(join(root, file))));
  if (!existsSync(path) || changed(path) < newest) {
    report('building the command');
    await run(process.execPath, [join(root, 'scripts', 'build.ts')]);
  }
  return path;
}

function changed(path: string): number {
  return statSync(path).mtimeMs;
}
