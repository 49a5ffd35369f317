import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseCLI, startVitest } from 'vitest/node';
import { missingForTests } from './missing.ts';
import { untestedLines } from './untested.ts';

// `npm test [-- vitest's arguments]`: the command is built first, which tests run; then types, lint and format are looked
// at one after the other beside the tests, which wait for processes much of their time. What they say comes at the end,
// and after it what this machine cannot test.

const root = join(import.meta.dirname, '..', '..');
const checks = [
  { title: 'types', program: 'tsc', args: [] },
  { title: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { title: 'format', program: 'oxfmt', args: ['--check'] },
] as const;

interface Ended {
  readonly title: string;
  readonly isGood: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Runs a program to its end, and keeps what it says. */
async function check(title: string, program: string, args: readonly string[]): Promise<Ended> {
  const started = performance.now();
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { title, isGood: code === 0, seconds: (performance.now() - started) / 1000, output };
}

async function checkAll(): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const { title, program, args } of checks) ended.push(await check(title, program, args));
  return ended;
}

/** Ends the run when whoever started it is gone, as after `kill -9` of npm: the tests' processes end with ours. */
function endWithOurParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500).unref();
}

endWithOurParent();
const build = await check('build', process.execPath, [join(root, 'scripts', 'build.ts')]);
if (!build.isGood) {
  process.stderr.write(build.output);
  process.exit(1);
}
const looking = checkAll();
const { filter, options } = parseCLI(['vitest', 'run', '--project', 'unit', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, { ...options, run: true, root });
const skipped = vitest.state
  .getTestModules()
  .flatMap((module) => [...module.children.allTests('skipped')].map(() => module.relativeModuleId));
await vitest.close();
for (const { title, isGood, seconds, output } of await looking) {
  process.stdout.write(`${title.padEnd(6)}  ${isGood ? 'good' : 'bad'} (${seconds.toFixed(0)} s)\n`);
  if (isGood) continue;
  process.stdout.write(output);
  process.exitCode = 1;
}
process.stdout.write(
  untestedLines(skipped, missingForTests())
    .map((line) => `${line}\n`)
    .join(''),
);
process.exit();
