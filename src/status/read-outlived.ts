import { isRecord, recordsIn, type KubeObject } from '../kube/object.ts';
import { backupContainer, textOf } from '../recall/cron-job-container.ts';
import type { Outlived } from './facts.ts';

/** Of what a tenant writes into a pod, this many containers are looked at. */
const maximumContainers = 20;

/**
 * A container beside that of `create`, such as the proxy of a service mesh, runs until somebody ends it, and the Job with it.
 * Native sidecars are init containers, and end with the others. Undefined while `create` runs, or where nothing else does.
 */
export function readOutlived(pod: KubeObject): Outlived | undefined {
  const status = isRecord(pod.status) ? pod.status : {};
  const containers = recordsIn(status['containerStatuses'], maximumContainers);
  if (status['phase'] !== 'Running' || containers.length < 2) return undefined;
  const by = containers.flatMap(({ name, state }) =>
    isRecord(state) && isRecord(state['running']) ? [textOf(name)] : [],
  );
  if (by.length === 0) return undefined;
  const container = nameOfCreate(pod);
  const state = containers.find(({ name }) => name === container)?.['state'];
  const ended = isRecord(state) ? state['terminated'] : undefined;
  if (container === undefined || !isRecord(ended)) return undefined;
  const { exitCode } = ended;
  return {
    container,
    exitCode: typeof exitCode === 'number' ? exitCode : 0,
    endedAt: Date.parse(textOf(ended['finishedAt'])),
    by,
  };
}

function nameOfCreate(pod: KubeObject): string | undefined {
  const asOfCronJob = { ...pod, spec: { jobTemplate: { spec: { template: { spec: pod['spec'] } } } } };
  const name = backupContainer(asOfCronJob)?.fields['name'];
  return typeof name === 'string' ? name : undefined;
}
