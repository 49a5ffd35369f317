import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Baselines } from './baselines.ts';
import { functionAround } from './functions.ts';
import type { Imports } from './import-graph.ts';
import type { Mutant } from './mutant.ts';
import { root } from './rooms.ts';
import { parse } from './syntax.ts';
import type { VitestProcess } from './vitest-process.ts';

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
  /** Of how many near ones they are chosen. */
  readonly near: number;
}

/** Asks those tests whether they notice a mutant that run its function, and most of all functions of its file. */
export class Judge {
  readonly #imports: Imports;
  readonly #baselines: Baselines;
  readonly #choice: Choice;
  /** The tests that have noticed something in a file, the last one first: the next time they are asked first. */
  readonly #keen = new Map<string, readonly string[]>();

  constructor(imports: Imports, baselines: Baselines, choice: Choice) {
    this.#imports = imports;
    this.#baselines = baselines;
    this.#choice = choice;
  }

  async judge(mutant: Mutant, vitest: VitestProcess): Promise<Verdict> {
    const asked: string[] = [];
    for (const { test, milliseconds } of await this.#witnesses(mutant, vitest)) {
      const switchedOn = { ...mutant, path: join(root, mutant.file) };
      // What hangs is noticed as well.
      const { state, words } = await vitest.run(test, switchedOn, 2 * milliseconds + 10_000);
      if (state === 'passed') {
        asked.push(test);
        continue;
      }
      const keen = this.#keen.get(mutant.file) ?? [];
      this.#keen.set(mutant.file, [test, ...keen.filter((other) => other !== test)]);
      return { mutant, state: 'noticed', tests: [test], words };
    }
    return { mutant, state: asked.length > 0 ? 'survived' : 'unreached', tests: asked, words: '' };
  }

  /** The same ones whatever was asked before, only in another order: the keen, then the quick. */
  async #witnesses(mutant: Mutant, vitest: VitestProcess) {
    const program = parse(readFileSync(join(root, mutant.file), 'utf8'));
    const places = [`${mutant.file}:${functionAround(program, mutant.start)}`, `${mutant.file}:any`];
    const found: { readonly test: string; readonly milliseconds: number; readonly functions: number }[] = [];
    for (const test of this.#imports.testsOf(mutant.file).slice(0, this.#choice.near)) {
      const { state, milliseconds, ran } = await this.#baselines.of(test, vitest);
      if (state !== 'passed' || !places.some((place) => ran.includes(place))) continue;
      const functions = ran.filter((place) => place.startsWith(`${mutant.file}:`)).length;
      found.push({ test, milliseconds, functions });
    }
    const chosen = found.sort((one, other) => other.functions - one.functions).slice(0, this.#choice.tests);
    const keen = this.#keen.get(mutant.file) ?? [];
    const rank = (test: string) => (keen.includes(test) ? keen.indexOf(test) : keen.length);
    return chosen.sort(
      (one, other) => rank(one.test) - rank(other.test) || one.milliseconds - other.milliseconds,
    );
  }
}
