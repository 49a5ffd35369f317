import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { progressReporter } from '../progress.ts';
import type { Benchmark } from './benchmark.ts';
import { create } from './create/create.ts';
import { dump } from './dump/dump.ts';
import { exec } from './exec/exec.ts';
import { restore } from './restore/restore.ts';
import { retain } from './retain/retain.ts';
import { isMeasured, type Figure } from './figure.ts';
import { list } from './list/list.ts';
import { sandbox } from './sandbox/sandbox.ts';
import { status } from './status/status.ts';
import { startup } from './startup/startup.ts';

const benchmarks: readonly Benchmark[] = [
  exec,
  startup,
  create,
  dump,
  restore,
  list,
  status,
  retain,
  sandbox,
];

const usage = `Usage: npm run bench -- [--check] [--tiny] [--keep] NAME...|all

Measures us, the peer and the floor in one run: a table, and one line of JSON per figure.

  --check   exit 1 when a figure does not hold
  --tiny    only whether they run: as little as possible, and the numbers say nothing
  --keep    leave the cluster that was brought up for it

Benchmarks:
${benchmarks.map(({ name, summary }) => `  ${name.padEnd(8)}  ${summary}`).join('\n')}
`;

async function main(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      check: { type: 'boolean' },
      tiny: { type: 'boolean' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || positionals.length === 0) return say(usage, 0);
  const names = positionals.flatMap((name) => (name === 'all' ? benchmarks.map((one) => one.name) : name));
  const chosen = names.map((name) => benchmarks.find((benchmark) => benchmark.name === name));
  const unknown = names.find((_, index) => !chosen[index]);
  if (unknown !== undefined)
    return say(`There is no benchmark '${unknown}'; there are: ${namesOf(benchmarks)}\n`, 2);
  if (process.platform !== 'linux')
    return say('The benchmarks need Linux: they read memory and output of processes from /proc.\n', 2);

  const figures: Figure[] = [];
  for (const benchmark of chosen) if (benchmark) figures.push(...(await measured(benchmark, values, signal)));
  process.stdout.write(figures.map((figure) => `${JSON.stringify(figure)}\n`).join(''));
  const blank = figures.filter((figure) => !isMeasured(figure)).map(({ bench }) => bench);
  if (blank.length > 0) return say(`Not measured: ${blank.join(', ')}\n`, 1);
  return values.check && figures.some(({ holds }) => !holds) ? 1 : 0;
}

async function measured(
  benchmark: Benchmark,
  { keep = false, tiny = false }: { keep?: boolean | undefined; tiny?: boolean | undefined },
  signal: AbortSignal,
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), `bench-${benchmark.name}-`));
  try {
    print(`${benchmark.name}: ${benchmark.summary}\n\n`);
    const tools = { report: progressReporter(), print, folder, isTiny: tiny, keep, signal };
    return await benchmark.run(tools);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function namesOf(known: readonly Benchmark[]): string {
  return known.map(({ name }) => name).join(', ');
}

function say(text: string, code: number): number {
  (code === 0 ? process.stdout : process.stderr).write(text);
  return code;
}

function print(text: string): void {
  process.stdout.write(text);
}

const cancel = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel.abort());

try {
  process.exitCode = await main(process.argv.slice(2), cancel.signal);
} catch (error) {
  process.stderr.write(`${cancel.signal.aborted ? 'cancelled' : `bench: ${messageOf(error)}`}\n`);
  process.exitCode = cancel.signal.aborted ? 130 : 1;
}
