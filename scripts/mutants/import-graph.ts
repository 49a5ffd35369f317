import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './rooms.ts';

/** Which test files import what, and how far away. */
export class Imports {
  readonly #imported = new Map<string, readonly string[]>();
  readonly #tests: readonly { readonly test: string; readonly to: ReadonlyMap<string, number> }[];

  constructor() {
    const tests = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/e2e/**'] }).sort();
    this.#tests = tests.map((test) => ({ test, to: this.#distancesFrom(test) }));
  }

  /** The tests that import the file, from near to far. The folder that mirrors the file's own is the nearest. */
  testsOf(file: string): readonly string[] {
    const mirror = dirname(file).replace(/^src/, 'test');
    return this.#tests
      .flatMap(({ test, to }) => {
        const distance = to.get(file);
        return distance === undefined ? [] : [{ test, rank: dirname(test) === mirror ? 1 : distance }];
      })
      .sort((one, other) => one.rank - other.rank)
      .map(({ test }) => test);
  }

  /** All that a test file stands on, itself among it. */
  standsOn(test: string): readonly string[] {
    return [...(this.#tests.find((each) => each.test === test)?.to.keys() ?? [])].sort();
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
