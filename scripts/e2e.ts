import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openProvider } from './cluster/open-provider.ts';
import { showUsageIfAsked } from './options.ts';
import { progressReporter } from './progress.ts';
import { run } from './run.ts';
import { checkout, openTestbed } from './testbed.ts';

/** `npm run test:e2e -- [--keep] [vitest's arguments]`: on a cluster of its own, taken away afterwards unless kept. */
showUsageIfAsked(`Usage: npm run test:e2e -- [--keep] [FILE | vitest's options ...]

Brings up a cluster, runs test/e2e on it, and takes it away.

  --keep     leave the cluster up`);
const args = process.argv.slice(2).filter((arg) => arg !== '--keep');
const isKept = process.argv.includes('--keep');
const report = progressReporter();

await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
const provider = await openProvider('auto', 'e2e', report);
try {
  await openTestbed('e2e', report);
  const vitest = spawn('vitest', ['run', '--project', 'e2e', ...args], { cwd: checkout, stdio: 'inherit' });
  const [code] = (await once(vitest, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  if (!isKept) await provider.down();
}
