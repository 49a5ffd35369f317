import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { root } from './rooms.ts';

/** Which test files import what, and how far away. */
export class Imports {
  readonly #imported = new Map<string, readonly string[]>();
  readonly #tests: readonly { readonly test: string; readonly to: ReadonlyMap<string, number> }[];

  constructor() {
    const tests = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/e2e/**'] }).sort();
    this.#tests = tests.map((test) => ({ test, to: this.#distancesFrom(test) }));
  }

  /**
   * The tests that import the file, from near to far: those that have its name, those in the folder that mirrors the file's own, or
   * the one that this would lie in, then those that speak of its folder themselves, then by the imports between.
   */
  testsOf(file: string): readonly string[] {
    const folder = dirname(file);
    const mirror = this.#mirrorOf(folder);
    const name = basename(file, '.ts');
    return this.#tests
      .flatMap(({ test, to }) => {
        const distance = to.get(file);
        if (distance === undefined) return [];
        const toFolder = [...to].find(([other]) => dirname(other) === folder)?.[1] ?? distance;
        const isNamed = basename(test).startsWith(`${name}.`);
        return [{ test, rank: isNamed ? -1 : dirname(test) === mirror ? 0 : toFolder, distance }];
      })
      .sort((one, other) => one.rank - other.rank || one.distance - other.distance)
      .map(({ test }) => test);
  }

  #mirrorOf(folder: string): string {
    const mirror = folder.replace(/^src/, 'test');
    const hasTests = this.#tests.some(({ test }) => dirname(test) === mirror);
    return hasTests || !folder.includes('/') ? mirror : this.#mirrorOf(dirname(folder));
  }

  /** All that a test file stands on, itself among it. */
  standsOn(test: string): readonly string[] {
    return [...(this.#tests.find((each) => each.test === test)?.to.keys() ?? [])].sort();
  }

  /** Whether it has more cases in the exhaustive run. */
  isSampled(test: string): boolean {
    return this.standsOn(test).includes('test/support/exhaustive.ts');
  }

  #distancesFrom(test: string): Map<string, number> {
    const distances = new Map([[test, 0]]);
    for (const [file, distance] of distances) {
      const next = this.#imported.get(file) ?? importsOf(file);
      this.#imported.set(file, next);
      for (const other of next) if (!distances.has(other)) distances.set(other, distance + 1);
    }
    return distances;
  }
}

const typeImport = /^(?:import|export) type [^;]*;/gm;
/** A script that a test starts as a process of its own is named like this, too. */
const path = /['"`](\.{0,2}\/?[\w./-]+\.ts)['"`]/g;

function importsOf(file: string): readonly string[] {
  const source = readFileSync(join(root, file), 'utf8').replace(typeImport, '');
  const paths = [...source.matchAll(path)].map(([, found = '']) => join(root, dirname(file), found));
  return [...new Set(paths)].filter((found) => existsSync(found)).map((found) => relative(root, found));
}
