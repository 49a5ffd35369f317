import { appendFileSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runVariable, type Run } from './protocol.ts';

/**
 * Imported first by the process in which a test runs, and by every Node.js process that it starts: there, too, the mutant
 * is switched on. It imports next to nothing, as each of them waits for it.
 */
const root = join(import.meta.dirname, '..', '..');
const { mutant, traceTo } = JSON.parse(readFileSync(process.env[runVariable] ?? '', 'utf8')) as Run;
const reported = new Set<string>();

function report(name: string): void {
  if (traceTo === undefined) return;
  const { backupNsTest: test } = globalThis as { backupNsTest?: () => string | undefined };
  const line = `${test?.() ?? ''}\t${name}\n`;
  if (reported.has(line)) return;
  reported.add(line);
  try {
    appendFileSync(traceTo, line);
  } catch {
    // A process of another user.
  }
}

if (traceTo !== undefined) Object.assign(globalThis, { backupNsRan: report });

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return loaded;
    const path = fileURLToPath(url);
    // Which of its functions run in a process like this nobody traces.
    if (path.startsWith(join(root, 'src'))) report(`${relative(root, path)}:any`);
    if (path !== mutant?.path) return loaded;
    const source = readFileSync(path, 'utf8');
    return { ...loaded, source: source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end) };
  },
});
