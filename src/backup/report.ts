import { humanBytes } from '../core/human-bytes.ts';
import { exitCodeOf, type Ending } from '../record/ending.ts';
import type { Saying } from '../record/event.ts';
import { lastRun, single, type Metric } from '../record/metrics.ts';
import type { Report } from '../record/report.ts';
import type { BackupResult } from './result.ts';

type BackupEnding = Ending<BackupResult>;

/** How backups of a namespace are told. Which PVCs they are of, nobody knows where settings are refused. */
export function backupReport(namespace: string, pvcs: readonly string[] | undefined): Report<BackupResult> {
  return {
    what: 'backup',
    event: (ending) => eventOf(ending, namespace),
    metrics: metricsOf,
    group: { job: 'backup-ns', namespace },
    about: pvcs && { pvc: pvcs.join(',') },
  };
}

function eventOf(ending: BackupEnding, namespace: string): Saying {
  const { problem, result } = ending;
  return {
    isWarning: problem !== undefined || warningsOf(result).length > 0,
    reason: result ? 'BackupCompleted' : 'BackupFailed',
    message: messageFor(ending, namespace),
  };
}

function messageFor(ending: BackupEnding, namespace: string): string {
  const { problem, result, seconds } = ending;
  if (problem === undefined && result) return described(result, seconds);
  return `Backup of namespace '${namespace}' ended with exit code ${exitCodeOf(ending)}: ${problem}`;
}

/** What the tools said that made the dumps. */
function warningsOf(result: BackupResult | undefined): readonly string[] {
  return result?.dumps.flatMap(({ warnings = [] }) => warnings) ?? [];
}

function described(result: BackupResult, seconds: number): string {
  const { namespace, dumps, snapshots } = result;
  const dumped = dumps.map(({ path, bytes }) => `${path} (${humanBytes(bytes)})`);
  const made = snapshots.map(({ name, ready }) => (ready ? name : `${name} (not waited for)`));
  const parts = [
    ...(dumped.length > 0 ? [`dumped ${dumped.join(', ')}`] : []),
    `snapshot ${made.join(', ')}`,
    ...warningsOf(result).map((words) => `the tools of the dump said: ${words}`),
  ];
  return `Backed up namespace '${namespace}' in ${Math.round(seconds)} s: ${parts.join('; ')}`;
}

/** Of a backup that failed, there is nothing of the last that was complete: what is pushed leaves that as it was. */
function metricsOf(ending: BackupEnding): Metric[] {
  const { at, result, problem } = ending;
  const last = lastRun(ending, '', 'backup');
  if (!result) return last;
  const steps = Object.entries(result.seconds).filter(([step]) => step !== 'total');
  return [
    ...last,
    single('last_success_timestamp_seconds', 'When the last complete backup ended.', at.getTime() / 1000),
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
