import type { Ending } from './ending.ts';
import type { Saying } from './event.ts';
import type { Metric } from './metrics.ts';

/** How the runs of one command are told. Each method decides, and asks nobody. */
export interface Report<Result> {
  /** For the log: `backup`, `run of retain`. */
  readonly what: string;
  event(ending: Ending<Result>): Saying;
  metrics(ending: Ending<Result>): readonly Metric[];
  /** By these labels, and by the CronJob, a gateway keeps the metrics of different runs apart. */
  readonly group: Readonly<Record<string, string>>;
  /**
   * Labels of what the runs are about: of all metrics, and of their group where no CronJob is known. Undefined where settings are
   * refused, so that nobody knows.
   */
  readonly about: Readonly<Record<string, string>> | undefined;
}
