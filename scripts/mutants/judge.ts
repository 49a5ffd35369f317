import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOf, runsOutside, testsAt, type Baselines } from './baselines.ts';
import { functionAround } from './functions.ts';
import type { Imports } from './import-graph.ts';
import type { Mutant } from './mutant.ts';
import type { SwitchedOn } from './protocol.ts';
import { root } from './rooms.ts';
import { parse } from './syntax.ts';
import type { Ending, VitestProcess } from './vitest-process.ts';

export interface Verdict {
  readonly mutant: Mutant;
  /** Unreached: no test that was asked runs the function. */
  readonly state: 'noticed' | 'survived' | 'unreached';
  /** The test file that noticed it, or all that did not. */
  readonly tests: readonly string[];
  /** What it said. */
  readonly words: string;
}

export interface Choice {
  /** How many test files are asked about a mutant, at most. */
  readonly tests: number;
  /** Among how many near ones. */
  readonly near: number;
  /** Only those that have more cases in the exhaustive run. */
  readonly sampledOnly: boolean;
}

interface Witness {
  readonly test: string;
  /** Those of its tests that run the function; undefined is all of them. */
  readonly only: readonly string[] | undefined;
  /** The file runs it outside of its tests as well, and what came of that any of them may see. */
  readonly isSeenByAll: boolean;
  readonly milliseconds: number;
  /** How long all of its tests take. */
  readonly whole: number;
}

/** Asks those tests whether they notice a mutant that run its function. */
export class Judge {
  readonly #imports: Imports;
  readonly #baselines: Baselines;
  readonly #choice: Choice;
  /** The tests that have noticed something in a file, the last one first: the next time they are asked first. */
  readonly #keen = new Map<string, readonly string[]>();

  /** By test file and its part, whether that passes without the others. */
  readonly #alone = new Map<string, Map<string, boolean>>();
  readonly #progress: (line: string) => void;

  constructor(imports: Imports, baselines: Baselines, choice: Choice, progress: (line: string) => void) {
    this.#imports = imports;
    this.#progress = progress;
    this.#baselines = baselines;
    this.#choice = choice;
  }

  async judge(mutant: Mutant, vitest: VitestProcess): Promise<Verdict> {
    const asked: string[] = [];
    for await (const witness of this.#witnesses(mutant, vitest)) {
      const { test } = witness;
      const words = await this.#ask(witness, { ...mutant, path: join(root, mutant.file) }, vitest);
      if (words === undefined) {
        asked.push(test);
        if (asked.length < this.#choice.tests) continue;
        break;
      }
      const keen = this.#keen.get(mutant.file) ?? [];
      this.#keen.set(mutant.file, [test, ...keen.filter((other) => other !== test)]);
      return { mutant, state: 'noticed', tests: [test], words };
    }
    return { mutant, state: asked.length > 0 ? 'survived' : 'unreached', tests: asked, words: '' };
  }

  /** What the test says of the mutant; undefined is nothing. */
  async #ask(witness: Witness, mutant: SwitchedOn, vitest: VitestProcess): Promise<string | undefined> {
    const { test, only, isSeenByAll, milliseconds, whole: wholeMilliseconds } = witness;
    const first = await vitest.run(test, only, mutant, limitOf(milliseconds));
    if (first.state === 'passed' && only !== undefined && isSeenByAll)
      return this.#ask({ ...witness, only: undefined, milliseconds: wholeMilliseconds }, mutant, vitest);
    if (first.state === 'passed') return undefined;
    const wasSlow = isSlow(first);
    // A test may need those before it, which were left out, and on a busy machine it may be late by itself.
    const failed = first.tests.find((each) => each.failed)?.id;
    const asked = failed === undefined ? only : [failed];
    const start = performance.now();
    if (!(await this.#passes(test, asked, wasSlow, vitest))) {
      const whole = await vitest.run(test, undefined, mutant, 3 * limitOf(wholeMilliseconds));
      // What does not pass without the mutant says nothing of it.
      const tells = whole.state === 'failed' && (await this.#passes(test, undefined, true, vitest));
      return tells ? whole.words : undefined;
    }
    const isBusy = performance.now() - start > quickly;
    if (!wasSlow || !isBusy) return first.words;
    // All of them: another one may notice it for certain.
    const { state, words } = await vitest.run(test, only, mutant, 2 * limitOf(milliseconds));
    return state === 'passed' ? undefined : words;
  }

  /** Whether those tests pass on the code as it is, without the others of their file; what was late is asked each time. */
  async #passes(
    test: string,
    only: readonly string[] | undefined,
    wasSlow: boolean,
    vitest: VitestProcess,
  ): Promise<boolean> {
    const known = this.#alone.get(test) ?? new Map<string, boolean>();
    this.#alone.set(test, known);
    const part = only?.join('\n') ?? 'whole';
    const isTrusted = known.size >= enoughParts && [...known.values()].every(Boolean);
    if (!wasSlow && (isTrusted || known.has(part))) return known.get(part) ?? true;
    const { state, words } = await vitest.run(test, only, undefined, limitOf(60_000));
    const passes = state === 'passed';
    const what = only === undefined ? 'is not asked: it' : 'is asked as a whole: a part of it';
    if (!passes) this.#progress(`${test} ${what} ${state} without a mutant: ${words}`);
    known.set(part, passes);
    return passes;
  }

  /** Those that run the function: first the keen, then from near to far. */
  async *#witnesses(mutant: Mutant, vitest: VitestProcess): AsyncGenerator<Witness> {
    const program = parse(readFileSync(join(root, mutant.file), 'utf8'));
    const places = [`${mutant.file}:${functionAround(program, mutant.start)}`, `${mutant.file}:any`];
    const mayBeAsked = (test: string) => !this.#choice.sampledOnly || this.#imports.isSampled(test);
    const near = this.#imports.testsOf(mutant.file).filter(mayBeAsked).slice(0, this.#choice.near);
    const keen = this.#keen.get(mutant.file) ?? [];
    for (const test of new Set([...keen, ...near])) yield* await this.#witness(test, places, vitest);
  }

  /** None for a test that cannot be asked, or does not run any of the places. */
  async #witness(test: string, places: readonly string[], vitest: VitestProcess): Promise<Witness[]> {
    const baseline = await this.#baselines.of(test, vitest);
    const only = testsAt(baseline, places);
    if (baseline.state !== 'passed' || only?.length === 0) return [];
    const isSeenByAll = runsOutside(baseline, places);
    return [{ test, only, isSeenByAll, milliseconds: costOf(baseline, only), whole: baseline.milliseconds }];
  }
}

/** After so many parts of a test file that pass without the others, the tests of the file are trusted not to need each other. */
const enoughParts = 2;

/** In so many milliseconds a test passes on a machine that has time for it. */
const quickly = 3000;

/** It may have been the machine. */
function isSlow({ state, words }: Ending): boolean {
  return state === 'too late' || /timed out/i.test(words);
}

function limitOf(milliseconds: number): number {
  return 2 * milliseconds + 10_000;
}
