import { humanBytes } from '../../core/human-bytes.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { BackupResult } from '../result.ts';
import { exitCodeOf, type Ending } from './ending.ts';

/** What an event is about, as Kubernetes refers to it; `kubectl describe` finds its events by the uid. */
export interface Involved {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The newer API of events takes no more. */
const maximumLength = 1024;

/** An event that says how a backup ended. `suffix` tells it from others about the same object. */
export function endingEvent(ending: Ending, involved: Involved, suffix: string): KubeObject {
  const { namespace } = involved;
  const time = ending.at.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${involved.name}.${suffix}`, namespace },
    involvedObject: { ...involved },
    type: ending.problem === undefined && warningsOf(ending.result).length === 0 ? 'Normal' : 'Warning',
    reason: ending.result ? 'BackupCompleted' : 'BackupFailed',
    message: shortened(messageFor(ending)),
    source: { component: 'backup-ns' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

function messageFor(ending: Ending): string {
  const { namespace, problem, result, seconds } = ending;
  if (problem === undefined && result) return described(result, seconds);
  return `Backup of namespace '${namespace}' ended with exit code ${exitCodeOf(ending)}: ${problem?.replaceAll('\n', '; ')}`;
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

function shortened(text: string): string {
  return text.length <= maximumLength ? text : `${text.slice(0, maximumLength - 1)}…`;
}
