import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.ts';
import { wordsGiven } from '../options.ts';
import { progressReporter } from '../progress.ts';
import { Baselines } from './baselines.ts';
import { withoutEquivalents } from './equivalent.ts';
import { equivalentMutants } from './equivalent-mutants.ts';
import { mutantsOf } from './find-mutants.ts';
import { Imports } from './import-graph.ts';
import { Judge, type Verdict } from './judge.ts';
import type { Mutant } from './mutant.ts';
import { reportOf, type RoomResult } from './report.ts';
import { filesOf, roomNames, root } from './rooms.ts';
import { sampleOf } from './sample.ts';
import { VitestProcess } from './vitest-process.ts';

const usage = `Usage: npm run test:mutants -- [options] [ROOM | src/PATH ...]

Puts small faults into the sources, one at a time, and tells which of them no test notices. Nothing in the checkout is
changed. Rooms, all of them unless some are named: ${roomNames.join(', ')}.

  --sample N      N mutants of each room, instead of all
  --seed TEXT     another sample
  --tests N       how many test files are asked until a mutant has survived (default 40; a tenth where all cases run)
  --near N        among how many near ones (default 40)
  --slowest S     test files that take longer are not asked (seconds, default 60; the double where all cases run)
  --workers N     how many run at a time (default 1)
  --kind TEXT     only mutants of this kind, such as 'guard' or 'shell line'
  --json FILE     writes every verdict there
  --list          says what would be tried, and tries nothing

Tests run the cases that they run in npm test. What survives these is shown to those test files that have more cases in
test:exhaustive, with all of them, and counts as noticed when one of them notices it.`;

const { values, positionals } = wordsGiven(usage, {
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', default: '40' },
    near: { type: 'string', default: '40' },
    slowest: { type: 'string', default: '60' },
    workers: { type: 'string', default: '1' },
    kind: { type: 'string' },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

interface Tried extends Omit<RoomResult, 'verdicts'> {
  readonly sample: readonly Mutant[];
}

function findRoom(room: string): Tried {
  const all = filesOf(room).flatMap(mutantsOf);
  const mutants = withoutEquivalents(all, equivalentMutants);
  const wanted = mutants.filter(({ kind }) => values.kind === undefined || kind === values.kind);
  const sample = sampleOf(
    wanted,
    values.sample === undefined ? undefined : Number(values.sample),
    values.seed,
  );
  return { room, mutants: wanted.length, equivalent: all.length - mutants.length, sample };
}

interface Outcome {
  readonly results: readonly RoomResult[];
  readonly mute: readonly string[];
}

async function tryAll(rooms: readonly Tried[]): Promise<Outcome> {
  const progress = progressReporter();
  const imports = new Imports();
  const courts = [false, true].map((isExhaustive) => {
    const milliseconds = Number(values.slowest) * (isExhaustive ? 2000 : 1000);
    const baselines = new Baselines(imports, milliseconds, progress, isExhaustive);
    const tests = Math.ceil(Number(values.tests) / (isExhaustive ? 10 : 1));
    const choice = { tests, near: Number(values.near), sampledOnly: isExhaustive };
    return { isExhaustive, baselines, judge: new Judge(imports, baselines, choice, progress) };
  });
  const queue = rooms.flatMap(({ sample }) => sample);
  const verdicts = new Map<Mutant, Verdict>();
  const left = queue.values();
  const work = async (): Promise<void> => {
    using processes = new DisposableStack();
    const bench = courts.map(({ isExhaustive, judge }) => {
      const vitest = processes.use(new VitestProcess(isExhaustive));
      return (mutant: Mutant) => judge.judge(mutant, vitest);
    });
    for (const mutant of left) {
      const verdict = await lastOf(mutant, bench);
      verdicts.set(mutant, verdict);
      const { file, line, change } = mutant;
      const by = verdict.state === 'noticed' ? `  by ${verdict.words.slice(0, 100)}` : '';
      progress(`${verdicts.size}/${queue.length} ${verdict.state} ${file}:${line}  ${change}${by}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
  const results = rooms.map(({ sample, ...room }) => ({
    ...room,
    verdicts: sample.flatMap((mutant) => verdicts.get(mutant) ?? []),
  }));
  return { results, mute: [...new Set(courts.flatMap(({ baselines }) => baselines.mute))] };
}

/** The next one is asked about what the first has not noticed. */
async function lastOf(
  mutant: Mutant,
  bench: readonly ((mutant: Mutant) => Promise<Verdict>)[],
): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const ask of bench) {
    const verdict = await ask(mutant);
    if (verdict.state === 'noticed') return verdict;
    verdicts.push(verdict);
  }
  const tests = [...new Set(verdicts.flatMap((verdict) => verdict.tests))];
  return { mutant, state: tests.length > 0 ? 'survived' : 'unreached', tests, words: '' };
}

const rooms = (positionals.length > 0 ? positionals : roomNames).map(findRoom);
if (values.list) {
  for (const { file, line, kind, change } of rooms.flatMap(({ sample }) => sample))
    process.stdout.write(`${file}:${line}  ${kind}  ${change}\n`);
} else {
  // Tests that run the command refuse one that is older than the sources, and could not be asked.
  await run(process.execPath, [join(root, 'scripts', 'build.ts')]);
  const { results, mute } = await tryAll(rooms);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
  process.stdout.write(reportOf(results, mute));
}
