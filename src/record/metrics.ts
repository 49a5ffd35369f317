import { exitCodeOf, type Ending } from './ending.ts';

/** Not `backup_ns_`: to Prometheus' linter these are nanoseconds. */
const prefix = 'backupns_';

export interface Metric {
  /** Without what all names begin with. */
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

export function single(name: string, help: string, value: number): Metric {
  return { name, help, samples: [{ value }] };
}

/** What every run says of its end; `family` stands before the names, `what` is such as `backup`. */
export function lastRun(ending: Ending<unknown>, family: string, what: string): Metric[] {
  const { at, seconds } = ending;
  return [
    single(
      `${family}last_run_timestamp_seconds`,
      `When the last ${what} ended, complete or not.`,
      at.getTime() / 1000,
    ),
    single(`${family}last_run_exit_code`, `How the last ${what} ended; 0 is done.`, exitCodeOf(ending)),
    single(
      `${family}last_run_duration_seconds`,
      `How long the last ${what} took, waiting for locks included.`,
      seconds,
    ),
  ];
}

type Labels = Readonly<Record<string, string>>;

/** Prometheus' text format; each sample has the labels `about`, too. */
export function metricsText(metrics: readonly Metric[], about: Labels = {}): string {
  return metrics.map((metric) => rendered(metric, about)).join('');
}

function rendered({ name, help, samples }: Metric, about: Labels): string {
  if (samples.length === 0) return '';
  const full = `${prefix}${name}`;
  const lines = samples.map(
    ({ labels, value }) => `${full}${renderedLabels({ ...about, ...labels })} ${value}\n`,
  );
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`;
}

function renderedLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
