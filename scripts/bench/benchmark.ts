import type { Figure } from './figure.ts';

/** Something that is measured beside its peer and its floor, interleaved in one run. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Prints its tables, and gives the figures that are to hold. */
  run(tools: BenchTools): Promise<Figure[]>;
}

export interface BenchTools {
  /** For a person who waits, on stderr. */
  readonly report: (line: string) => void;
  /** For the tables, on stdout. */
  readonly print: (text: string) => void;
  /** Empty at the start, gone at the end. */
  readonly folder: string;
  /** As little of everything as shows that it runs: what is measured then says nothing. */
  readonly isTiny: boolean;
  /** Leave a cluster that was brought up for the benchmark. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}
