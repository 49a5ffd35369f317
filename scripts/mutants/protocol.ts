import type { Change } from './mutant.ts';

/** Names the file with a `Run` in JSON, for the processes in which tests run and those that tests start. */
export const runVariable = 'BACKUP_NS_MUTANTS_RUN';

export interface SwitchedOn extends Pick<Change, 'start' | 'end' | 'text'> {
  /** Absolute. */
  readonly path: string;
}

export interface Run {
  readonly mutant: SwitchedOn | undefined;
  /** The file to which each function is written, a line each, when it first runs in a test. */
  readonly traceTo: string | undefined;
}

/** To the process that keeps vitest warm. */
export interface Request extends Run {
  readonly test: string;
  /** Of its tests, by their ids; all of them where it is not said. */
  readonly only: readonly string[] | undefined;
}

export interface Answer {
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Which tests failed, or what else went wrong. */
  readonly words: string;
  /** The tests that have run, by their ids. */
  readonly tests: readonly { readonly id: string; readonly milliseconds: number; readonly failed: boolean }[];
}
