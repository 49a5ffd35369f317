import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
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

/** They ask for no cluster, and run beside the others, which wait for their pods most of the time. */
const beside = ['test/e2e/clone.test.ts', 'test/e2e/demo.test.ts'];
const options = ['run', '--project', 'e2e'];

/** Gives the exit code. */
async function runOnCluster(more: readonly string[]): Promise<number> {
  const vitest = spawn('vitest', [...options, ...args, ...more], { cwd: checkout, stdio: 'inherit' });
  const [code] = (await once(vitest, 'exit')) as [number | null];
  return code ?? 1;
}

/** Gives the exit code; what it says comes at its end. A report goes into a file of its own, `…-beside.json`. */
async function runBeside(): Promise<number> {
  const own = args.map((arg) => arg.replace(/^(--outputFile\S*)\.json$/, '$1-beside.json'));
  const vitest = spawn('vitest', [...options, ...own, ...beside], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(vitest.stdout), text(vitest.stderr)]);
  const [code] = (await once(vitest, 'close')) as [number | null];
  process.stdout.write((await said).join(''));
  return code ?? 1;
}

async function runAll(): Promise<number[]> {
  const excluded = beside.flatMap((file) => ['--exclude', file]);
  return Promise.all([runBeside(), runOnCluster(excluded)]);
}

await run('npm', ['run', '--silent', 'build'], { cwd: checkout });
const provider = await openProvider('auto', 'e2e', report);
try {
  await openTestbed('e2e', report);
  const isAll = args.every((arg) => arg.startsWith('-'));
  const codes = isAll ? await runAll() : [await runOnCluster([])];
  process.exitCode = codes.find((code) => code !== 0) ?? 0;
} finally {
  if (!isKept) await provider.down();
}
