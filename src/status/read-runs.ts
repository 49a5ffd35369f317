import { ownerOf } from '../record/involved.ts';
import { isRecord, recordsIn, type KubeObject } from '../kube/object.ts';
import type { Remark, Run, RunPod } from './facts.ts';
import { readOutlived } from './read-outlived.ts';

/** What a failed container's last words may be of a log; a termination message has 4 KiB. */
const longestWords = 8192;

/** Undefined for a Job that no CronJob owns. */
export function readRun(job: KubeObject): Run | undefined {
  const owner = ownerOf(job, 'CronJob');
  const { namespace = '', name = '', uid = '', creationTimestamp = '' } = job.metadata;
  if (!owner || job.metadata.deletionTimestamp !== undefined) return undefined;
  const failed = conditionOf(job, 'Failed');
  return {
    namespace,
    name,
    uid,
    of: owner.uid,
    madeAt: Date.parse(creationTimestamp),
    state: stateOf(job),
    tookMs: timeTaken(job),
    failure: failed && (textAt(failed, 'message') || textAt(failed, 'reason') || undefined),
  };
}

/** Only a Job that is complete has a time of its end. */
function timeTaken({ status }: KubeObject): number | undefined {
  if (!isRecord(status)) return undefined;
  const took = Date.parse(textAt(status, 'completionTime')) - Date.parse(textAt(status, 'startTime'));
  return took >= 0 ? took : undefined;
}

function stateOf(job: KubeObject): Run['state'] {
  if (conditionOf(job, 'Complete')) return 'complete';
  if (conditionOf(job, 'Failed')) return 'failed';
  return isRecord(job.spec) && job.spec['suspend'] === true ? 'suspended' : 'running';
}

/** Undefined for a pod of no Job. */
export function readPod(pod: KubeObject): RunPod | undefined {
  const owner = ownerOf(pod, 'Job');
  if (!owner) return undefined;
  const { namespace = '', name = '', creationTimestamp = '' } = pod.metadata;
  const status = isRecord(pod.status) ? pod.status : {};
  const containers = [
    ...recordsIn(status['initContainerStatuses']),
    ...recordsIn(status['containerStatuses']),
  ];
  const states = containers.flatMap(({ state }) => (isRecord(state) ? [state] : []));
  const [waiting] = states.flatMap(({ waiting }) => (isRecord(waiting) ? [waiting] : []));
  const scheduled = recordsIn(status['conditions']).find(({ type }) => type === 'PodScheduled');
  const words = states
    .flatMap(({ terminated }) => (isRecord(terminated) ? [lastWords(terminated)] : []))
    .filter(Boolean);
  return {
    namespace,
    name,
    of: owner.uid,
    madeAt: Date.parse(creationTimestamp),
    phase: textAt(status, 'phase'),
    waiting: waiting && { reason: textAt(waiting, 'reason'), message: textAt(waiting, 'message') },
    unschedulable:
      scheduled?.['status'] === 'False' && scheduled['reason'] === 'Unschedulable'
        ? textAt(scheduled, 'message')
        : undefined,
    lastWords: words.at(-1),
    outlived: readOutlived(pod),
  };
}

/** Of a termination message that is the end of the log, the last line that says something: JSON in a pod. */
function lastWords({ exitCode, message }: Record<string, unknown>): string | undefined {
  if (exitCode === 0 || typeof message !== 'string') return undefined;
  const lines = message.slice(-longestWords).trim().split('\n');
  const sayings = lines.flatMap((line) => sayingIn(line) ?? []);
  return sayings.at(-1) ?? lines.at(-1);
}

function sayingIn(line: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isRecord(parsed)) return undefined;
    return textAt(parsed, 'error') || textAt(parsed, 'msg') || undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for an event of nothing that is of interest. Whoever writes events of a namespace writes them about it only. */
export function readRemark(event: KubeObject): Remark | undefined {
  const { involvedObject: about, lastTimestamp, eventTime, series } = event;
  if (!isRecord(about) || (about['kind'] !== 'Job' && about['kind'] !== 'CronJob')) return undefined;
  const { namespace = '', creationTimestamp } = event.metadata;
  const times = [
    isRecord(series) ? series['lastObservedTime'] : undefined,
    lastTimestamp,
    eventTime,
    creationTimestamp,
  ];
  const at = times.map((time) => (typeof time === 'string' ? Date.parse(time) : Number.NaN));
  return {
    namespace,
    about: textAt(about, 'uid'),
    reason: textAt(event, 'reason'),
    message: textAt(event, 'message'),
    at: at.find((time) => !Number.isNaN(time)) ?? 0,
  };
}

function conditionOf({ status }: KubeObject, type: string): Record<string, unknown> | undefined {
  const conditions = recordsIn(isRecord(status) ? status['conditions'] : undefined);
  return conditions.find((condition) => condition['type'] === type && condition['status'] === 'True');
}

function textAt(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value : '';
}
