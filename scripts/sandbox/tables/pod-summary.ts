import type { ContainerState, ContainerStatus, Pod, Termination } from './pod-shape.ts';

/** What `kubectl get pods` says of a pod; `lastRestart` is RFC 3339. */
export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

/** Source: `printPod` of `pkg/printers/internalversion`. */
export function podSummary(pod: Pod): PodSummary {
  const containers = pod.status?.containerStatuses ?? [];
  const init = initProgress(pod);
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar);
  const total = (pod.spec?.containers?.length ?? 0) + sidecars.length;
  // While a pod initializes, its containers do not count, only its init containers do.
  const isInitializing = init.status !== undefined && !hasCondition(pod, 'Initialized');
  const running = isInitializing ? [] : containers.filter(isRunning);
  const restarted = isInitializing
    ? init.seen
    : [...init.seen.filter(({ name }) => sidecars.some((sidecar) => sidecar.name === name)), ...containers];
  const status = init.status ?? statusOfPod(pod);
  return {
    ready: `${init.readySidecars + running.length}/${total}`,
    status: statusOfDeletion(pod) ?? (isInitializing ? status : statusOfContainers(pod, containers, status)),
    restarts: restarted.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    lastRestart: restarted
      .map(({ lastState }) => lastState?.terminated?.finishedAt)
      .filter((time) => time !== undefined)
      .sort()
      .at(-1),
  };
}

function isSidecar({ restartPolicy }: { readonly restartPolicy?: string }): boolean {
  return restartPolicy === 'Always';
}

function isRunning({ ready, state }: ContainerStatus): boolean {
  const isWaiting = !!state?.waiting?.reason;
  return !!ready && state?.running !== undefined && !isWaiting && state.terminated === undefined;
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
}

function statusOfPod({ status }: Pod): string {
  const isGated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : status?.reason || status?.phase || '';
}

function statusOfDeletion({ metadata, status }: Pod): string | undefined {
  if (!metadata.deletionTimestamp) return undefined;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Failed' || status?.phase === 'Succeeded' ? undefined : 'Terminating';
}

interface InitProgress {
  /** Undefined when nothing is left to initialize. */
  readonly status: string | undefined;
  readonly readySidecars: number;
  /** The init containers up to the first that is not done. */
  readonly seen: readonly ContainerStatus[];
}

function initProgress({ spec, status }: Pod): InitProgress {
  const all = spec?.initContainers ?? [];
  const statuses = status?.initContainerStatuses ?? [];
  const isStarted = ({ name, started }: ContainerStatus) =>
    !!started && all.some((container) => container.name === name && isSidecar(container));
  const isDone = ({ state }: ContainerStatus) => !!state?.terminated && !state.terminated.exitCode;
  const pending = statuses.findIndex((container) => !isDone(container) && !isStarted(container));
  const seen = pending === -1 ? statuses : statuses.slice(0, pending + 1);
  const current = statuses[pending];
  return {
    status: current && `Init:${initStatus(current.state, `${pending}/${all.length}`)}`,
    readySidecars: seen.filter((container) => !isDone(container) && isStarted(container) && container.ready)
      .length,
    seen,
  };
}

function initStatus(state: ContainerState | undefined, progress: string): string {
  if (state?.terminated) return terminationReason(state.terminated);
  const reason = state?.waiting?.reason;
  return reason && reason !== 'PodInitializing' ? reason : progress;
}

function terminationReason({ reason, signal, exitCode = 0 }: Termination): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** The first container that is not well speaks for the pod; `otherwise` when all are. */
function statusOfContainers(pod: Pod, statuses: readonly ContainerStatus[], otherwise: string): string {
  const status = statuses.map(reasonOf).find((reason) => reason !== undefined) ?? otherwise;
  if (status !== 'Completed') return status;
  const isAnyRunning = statuses.some(isRunning);
  if (isAnyRunning && hasCondition(pod, 'Ready')) return 'Running';
  const failure = statuses.find(({ state }) => !state?.waiting?.reason && !!state?.terminated?.exitCode);
  return (failure && reasonOf(failure)) ?? (isAnyRunning ? 'NotReady' : status);
}

function reasonOf({ state }: ContainerStatus): string | undefined {
  return state?.waiting?.reason || (state?.terminated && terminationReason(state.terminated));
}
