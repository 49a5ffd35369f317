import { timestamp } from '../objects/lifecycle.ts';
import type { Kubelet } from '../pods/kubelet.ts';
import { claimsOf, makeEphemeralClaims } from './claims.ts';
import type { ContainerStatus, Pod, PodContainer } from '../pods/pod.ts';
import type { ContainerEnd } from '../pods/run-container.ts';
import type { Cluster } from '../cluster.ts';
import { control, isDeleting, withStatus } from './controller.ts';
import { claims, pods } from '../objects/kinds.ts';

export const nodeName = 'sandbox';

/**
 * Starts pods once their claims are bound, and ends them when they are deleted. A pod that runs to its end
 * (restartPolicy Never or OnFailure) runs its containers; any other one is just there, for exec.
 */
export function controlPods(cluster: Cluster, kubelet: Kubelet): void {
  const { objects, clock } = cluster;
  control(cluster, pods, (object) => reconcile(object as Pod), [
    {
      definition: claims,
      affected: ({ metadata }) =>
        objects.all(pods, metadata.namespace).filter((pod) => !kubelet.isRunning(pod as Pod)),
    },
  ]);

  async function reconcile(pod: Pod): Promise<void> {
    const { phase } = pod.status ?? {};
    // Each kubelet looks after the pods of its own node.
    if ((pod.spec.nodeName ?? nodeName) !== nodeName) return;
    if (isDeleting(pod)) return end(pod);
    if (phase === 'Succeeded' || phase === 'Failed' || kubelet.isRunning(pod)) return;
    makeEphemeralClaims(cluster, pod);
    const { namespace } = pod.metadata;
    const isBound = (claim: string) =>
      (objects.find(claims, namespace, claim)?.status as { phase?: string } | undefined)?.phase === 'Bound';
    const unbound = claimsOf(pod).find((claim) => !isBound(claim));
    if (unbound !== undefined) return wait(pod, unbound);
    try {
      kubelet.prepare(pod);
    } catch (error) {
      return refuse(pod, (error as Error).message);
    }
    objects.touch(pods, pod, (current) => void ((current as Pod).spec.nodeName = nodeName));
    // Not awaited: a pod can be deleted while it runs.
    if (pod.spec.restartPolicy === 'Always')
      report(
        pod,
        'Running',
        pod.spec.containers.map((container) => running(container)),
      );
    else runToEnd(pod).catch(cluster.onFailure);
  }

  async function runToEnd(pod: Pod): Promise<void> {
    for (const container of pod.spec.initContainers ?? []) {
      const end = await kubelet.run(pod, container);
      if (end && end.exitCode !== 0) return report(pod, 'Failed', [terminated(container, end)]);
    }
    const { containers } = pod.spec;
    const ends = containers.map((container) => kubelet.run(pod, container));
    const statuses = containers.map((container) => running(container));
    report(pod, 'Running', statuses);
    let left = containers.length;
    const all = await Promise.all(
      containers.map(async (container, index) => {
        // One whose image is not known has no process, and never ends.
        const end = await (ends[index] ?? new Promise<never>(() => {}));
        statuses[index] = terminated(container, end);
        left--;
        // One that goes on keeps the pod alive.
        if (left > 0) report(pod, 'Running', [...statuses]);
        return end;
      }),
    );
    report(pod, all.every(({ exitCode }) => exitCode === 0) ? 'Succeeded' : 'Failed', statuses);
  }

  async function end(pod: Pod): Promise<void> {
    await kubelet.stop(pod);
    const { namespace, name = '', uid } = pod.metadata;
    if (objects.find(pods, namespace, name)?.metadata.uid === uid)
      objects.delete(pods, namespace, name, { gracePeriodSeconds: 0 });
  }

  function running({ name, image }: PodContainer): ContainerStatus {
    return {
      name,
      image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now() } },
    };
  }

  function terminated(
    { name, image }: PodContainer,
    { exitCode, startError }: ContainerEnd,
  ): ContainerStatus {
    const reason = exitCode === 0 ? 'Completed' : startError === undefined ? 'Error' : 'StartError';
    const state = {
      terminated: {
        exitCode,
        reason,
        finishedAt: now(),
        ...(startError !== undefined && { message: startError }),
      },
    };
    return { name, image, ready: false, started: false, restartCount: 0, state };
  }

  function report(pod: Pod, phase: string, containerStatuses: ContainerStatus[]): void {
    const isReady = phase === 'Running' && containerStatuses.every(({ ready }) => ready);
    const condition = (type: string, status: boolean) => ({
      type,
      status: status ? 'True' : 'False',
      lastTransitionTime: now(),
    });
    const conditions = [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ];
    withStatus(cluster, pods, pod, {
      phase,
      conditions,
      containerStatuses,
      podIP: '127.0.0.1',
      startTime: now(),
    });
  }

  function wait(pod: Pod, claim: string): void {
    const message = `0/1 nodes are available: persistentvolumeclaim "${claim}" not found or not bound`;
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    withStatus(cluster, pods, pod, { phase: 'Pending', conditions: [condition] });
  }

  function refuse(pod: Pod, message: string): void {
    const state = { waiting: { reason: 'CreateContainerConfigError', message } };
    const waiting = ({ name, image }: PodContainer) => ({
      name,
      image,
      ready: false,
      started: false,
      restartCount: 0,
      state,
    });
    withStatus(cluster, pods, pod, { phase: 'Pending', containerStatuses: pod.spec.containers.map(waiting) });
  }

  function now(): string {
    return timestamp(clock.now());
  }
}
