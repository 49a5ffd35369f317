import { exitCodeOf, type Ending } from './ending.ts';

/** Not `backup_ns_`: to Prometheus' linter these are nanoseconds. */
const prefix = 'backupns_';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The ending of a backup in Prometheus' text format. Of one that failed, there is nothing of the last that was complete:
 * what is pushed leaves that as it was.
 */
export function metricsText(ending: Ending): string {
  return metricsOf(ending).map(rendered).join('');
}

function metricsOf(ending: Ending): Metric[] {
  const { at, seconds, result, problem } = ending;
  const time = at.getTime() / 1000;
  const last: Metric[] = [
    single('last_run_timestamp_seconds', 'When the last backup ended, complete or not.', time),
    single('last_run_exit_code', 'How the last backup ended; 0 is done.', exitCodeOf(ending)),
    single(
      'last_run_duration_seconds',
      'How long the last backup took, waiting for locks included.',
      seconds,
    ),
  ];
  if (!result) return last;
  const steps = Object.entries(result.seconds).filter(([step]) => step !== 'total');
  return [
    ...last,
    single('last_success_timestamp_seconds', 'When the last complete backup ended.', time),
    single(
      'last_success_is_clean',
      'Whether it left all else as it was: 1 or 0.',
      problem === undefined ? 1 : 0,
    ),
    single('last_success_snapshots', 'How many snapshots it made.', result.snapshots.length),
    {
      name: 'last_success_step_seconds',
      help: 'How long each of its steps took.',
      samples: steps.map(([step, value]) => ({ labels: { step }, value })),
    },
    {
      name: 'last_success_dump_bytes',
      help: 'How large its dumps are.',
      samples: result.dumps
        .filter(({ propertiesOf }) => propertiesOf === undefined)
        .map(({ engine, path, database = '', bytes }) => ({
          labels: { engine, database, path },
          value: bytes,
        })),
    },
  ];
}

function single(name: string, help: string, value: number): Metric {
  return { name, help, samples: [{ value }] };
}

function rendered({ name, help, samples }: Metric): string {
  if (samples.length === 0) return '';
  const full = `${prefix}${name}`;
  const lines = samples.map(
    ({ labels, value }) => `${full}${labels ? renderedLabels(labels) : ''} ${value}\n`,
  );
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`;
}

function renderedLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
