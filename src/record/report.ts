import type { Ending } from './ending.ts';
import type { Saying } from './event.ts';
import type { Metric } from './metrics.ts';

/** How the runs of one command are told. Each method decides, and asks nobody. */
export interface Report<Result> {
  /** For the log: `backup`, `run of retain`. */
  readonly what: string;
  event(ending: Ending<Result>): Saying;
  metrics(ending: Ending<Result>): readonly Metric[];
  /** By these labels a gateway keeps the metrics of different runs apart. */
  readonly group: Readonly<Record<string, string>>;
}
