import { isRecord, type KubeObject } from '../kube/object.ts';

export type ContainerState =
  | { readonly is: 'waiting' }
  | { readonly is: 'running' }
  | { readonly is: 'ended'; readonly exitCode: number };

/** The container whose log is of interest: that of the chart, or else the first. */
export function containerOf({ spec }: KubeObject): string {
  const containers = recordsIn(isRecord(spec) ? spec['containers'] : undefined);
  const names = containers.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  return names.find((name) => name === 'create') ?? names[0] ?? '';
}

export function stateOf({ status }: KubeObject, container: string): ContainerState {
  const all = recordsIn(isRecord(status) ? status['containerStatuses'] : undefined);
  const state = all.find(({ name }) => name === container)?.['state'];
  if (!isRecord(state)) return { is: 'waiting' };
  const { terminated, running } = state;
  if (isRecord(terminated)) {
    return { is: 'ended', exitCode: typeof terminated['exitCode'] === 'number' ? terminated['exitCode'] : 1 };
  }
  return { is: isRecord(running) ? 'running' : 'waiting' };
}

/** One whose containers never ran may end, too: it was evicted, or its node is gone. */
export function isOver({ status }: KubeObject): boolean {
  return isRecord(status) && (status['phase'] === 'Failed' || status['phase'] === 'Succeeded');
}

/**
 * The containers that keep a pod, and so its Job, from its end, although the one of interest has ended for good. Native sidecars
 * are none of them: the kubelet ends those.
 */
export function keptAliveBy(pod: KubeObject): readonly string[] {
  const own = containerOf(pod);
  const state = stateOf(pod, own);
  if (isOver(pod) || pod.metadata.deletionTimestamp !== undefined || state.is !== 'ended') return [];
  const isRestarted = state.exitCode !== 0 && !(isRecord(pod.spec) && pod.spec['restartPolicy'] === 'Never');
  if (isRestarted) return [];
  const all = recordsIn(isRecord(pod.status) ? pod.status['containerStatuses'] : undefined);
  const names = all.flatMap(({ name }) => (typeof name === 'string' && name !== own ? [name] : []));
  return names.filter((name) => stateOf(pod, name).is === 'running');
}

function recordsIn(list: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
