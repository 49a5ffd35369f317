import type { Change } from './mutant.ts';

/** Names the file with a `Run` in JSON, for the processes in which tests run and those that tests start. */
export const runVariable = 'BACKUP_NS_MUTANTS_RUN';

export interface SwitchedOn extends Pick<Change, 'start' | 'end' | 'text'> {
  /** Absolute. */
  readonly path: string;
}

export interface Run {
  readonly mutant: SwitchedOn | undefined;
  /** The file to which each function is written, a line each, when it first runs. */
  readonly traceTo: string | undefined;
}

/** To the process that keeps vitest warm. */
export interface Request extends Run {
  readonly test: string;
}

export interface Answer {
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Which tests failed, or what else went wrong. */
  readonly words: string;
}
