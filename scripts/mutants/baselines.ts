import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import type { Imports } from './import-graph.ts';
import { root } from './rooms.ts';
import type { Answer } from './protocol.ts';
import type { Trace, VitestProcess } from './vitest-process.ts';

/** What a test file does on the code as it is. */
export interface Baseline {
  /** Only a test that passes, and can tell something, is asked about mutants. */
  readonly state: 'passed' | 'failed' | 'skipped' | 'too late';
  readonly words: string;
  readonly milliseconds: number;
  readonly tests: Answer['tests'];
  /** `src/locks/lease.ts:512` for the function that begins there, `:0` for the module, `:any` in another process. */
  readonly ran: Trace;
}

/**
 * The tests of the file that run one of those places; undefined is all of them, which it is when only the file itself runs it.
 * Where the file runs it as well, it does so again, whichever tests are asked.
 */
export function testsAt({ ran }: Baseline, places: readonly string[]): readonly string[] | undefined {
  const ids = new Set(places.flatMap((place) => ran[place] ?? []));
  const ofTests = [...ids].filter((id) => id !== '');
  return ids.size > 0 && ofTests.length === 0 ? undefined : ofTests;
}

/** Whether the file runs one of those places outside of its tests, where any of them may see what came of it. */
export function runsOutside({ ran }: Baseline, places: readonly string[]): boolean {
  return places.some((place) => ran[place]?.includes('') === true);
}

/** How long those tests take, with what the file itself needs. */
export function costOf({ tests, milliseconds }: Baseline, only: readonly string[] | undefined): number {
  if (only === undefined) return milliseconds;
  const left = tests.filter(({ id }) => !only.includes(id));
  const asked = tests.filter(({ id }) => only.includes(id));
  const sumOf = (some: typeof tests) => some.reduce((sum, test) => sum + test.milliseconds, 0);
  // Tests that run at the same time take longer together than their file does.
  return Math.max(milliseconds - sumOf(left), sumOf(asked));
}

/** Runs each test file once, when it is first asked for, and remembers it as long as nothing changes that it stands on. */
export class Baselines {
  readonly #known = new Map<string, Promise<Baseline>>();
  readonly #imports: Imports;
  readonly #progress: (line: string) => void;
  readonly #folder = join(cacheFolder(), 'mutants');

  readonly #limitMilliseconds: number;
  readonly #isExhaustive: boolean;
  readonly #mute: string[] = [];
  readonly #paths = new Map<string, string>();

  /** A test file that takes longer than the limit is 'too late'. */
  constructor(
    imports: Imports,
    limitMilliseconds: number,
    progress: (line: string) => void,
    isExhaustive: boolean,
  ) {
    this.#imports = imports;
    this.#isExhaustive = isExhaustive;
    this.#limitMilliseconds = limitMilliseconds;
    this.#progress = progress;
  }

  of(test: string, vitest: VitestProcess): Promise<Baseline> {
    const known = this.#known.get(test) ?? this.#read(test, vitest);
    this.#known.set(test, known);
    return known;
  }

  /** Those that were asked for and can tell nothing, with the reason. */
  get mute(): readonly string[] {
    return this.#mute;
  }

  async #read(test: string, vitest: VitestProcess): Promise<Baseline> {
    const baseline = await this.#readOrRun(test, vitest);
    if (baseline.state !== 'passed')
      this.#mute.push([test, baseline.state, baseline.words].join('  ').trim());
    return baseline;
  }

  #pathOf(test: string): string {
    const known = this.#paths.get(test);
    if (known !== undefined) return known;
    // Changes when the shape of a baseline does.
    const shape = `functions by test${this.#isExhaustive ? '1' : ''}`;
    const hash = createHash('sha256').update(shape);
    for (const file of this.#imports.standsOn(test)) hash.update(file).update(readFileSync(join(root, file)));
    const path = join(this.#folder, `${hash.digest('hex')}.json`);
    this.#paths.set(test, path);
    return path;
  }

  async #readOrRun(test: string, vitest: VitestProcess): Promise<Baseline> {
    const path = this.#pathOf(test);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Baseline;
    let baseline = await this.#run(test, vitest);
    // On a busy machine a test may fail once.
    if (baseline.state === 'failed') baseline = await this.#run(test, vitest);
    mkdirSync(this.#folder, { recursive: true });
    if (['passed', 'skipped'].includes(baseline.state)) writeFileSync(path, JSON.stringify(baseline));
    return baseline;
  }

  async #run(test: string, vitest: VitestProcess): Promise<Baseline> {
    const start = performance.now();
    const { state, words, tests, ran } = await vitest.trace(test, this.#limitMilliseconds);
    const milliseconds = Math.round(performance.now() - start);
    this.#progress(`${test} ${state} without a mutant, ${milliseconds} ms ${words}`);
    return { state, words, milliseconds, tests, ran };
  }
}
