import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { slowest, timeProblem, type JsonReport } from './times.ts';

// `node scripts/tests/report.ts SECONDS UNIT... -- REPORT.json...`: the end of a run of CI. Prints the ten slowest test
// files of vitest's reports and how many tests there were; exits with 1 when `npm test`, which took so many seconds,
// was too slow by the mean of the units that `calibrate.ts` said before and after it.

const args = process.argv.slice(2);
const split = args.indexOf('--');
const [seconds = Number.NaN, ...units] = args.slice(0, split).map(Number);
const reports = args.slice(split + 1).map((path) => JSON.parse(readFileSync(path, 'utf8')) as JsonReport);

process.stdout.write('\nThe slowest test files:\n');
for (const { name, seconds: took } of slowest(reports, 10))
  process.stdout.write(`${took.toFixed(0).padStart(6)} s  ${relative(process.cwd(), name)}\n`);
const sum = (of: (report: JsonReport) => number) => reports.reduce((total, report) => total + of(report), 0);
process.stdout.write(
  `\n${sum((one) => one.numPassedTests)} passed, ${sum((one) => one.numFailedTests)} failed, ${sum((one) => one.numPendingTests)} skipped\n`,
);
const problem = timeProblem(seconds, units);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
