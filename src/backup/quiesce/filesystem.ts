import type { Context } from '../../context.ts';
import { allOf, problem, type Finding } from '../../core/finding.ts';
import { pods } from '../../kube/resources.ts';
import { isReady, mountsOf, type Container, type Pod } from '../../pods/pod.ts';

/** The filesystem of a PVC, as a container sees it. */
export interface Filesystem {
  readonly pvc: string;
  readonly container: Container;
  readonly path: string;
}

/**
 * Finds a running pod that has each PVC mounted; a ready one, if there is. One that no pod has mounted is at rest by
 * itself, and not among those that are found. Without a `wanted` container it is the first that mounts the PVC.
 */
export async function findFilesystems(
  namespace: string,
  pvcs: readonly string[],
  wanted: string | undefined,
  { kube, signal }: Context,
): Promise<Finding<readonly Filesystem[]>> {
  const present = await Array.fromAsync(kube.list<Pod>(pods, { namespace, signal }));
  const running = present.filter(({ status }) => status?.phase === 'Running');
  const readyFirst = [...running.filter(isReady), ...running.filter((pod) => !isReady(pod))];
  const findings = pvcs.map((pvc) => findFilesystem(namespace, pvc, wanted, readyFirst));
  const all = allOf(findings);
  return 'problems' in all ? all : { found: all.found.filter((filesystem) => filesystem !== undefined) };
}

function findFilesystem(
  namespace: string,
  pvc: string,
  wanted: string | undefined,
  running: readonly Pod[],
): Finding<Filesystem | undefined> {
  const mounts = running.flatMap((pod) =>
    mountsOf(pod, pvc).map(({ container, path }) => ({
      pvc,
      path,
      container: { namespace, pod: pod.metadata.name ?? '', container },
    })),
  );
  const fitting = mounts.filter(({ container }) => wanted === undefined || container.container === wanted);
  if (fitting.length > 0 || mounts.length === 0) return { found: fitting[0] };
  const names = [...new Set(mounts.map(({ container }) => container.container))];
  return problem(
    `No container '${wanted}' mounts PVC '${pvc}' in namespace '${namespace}'; set ⟪quiesceContainer⟫ to one of: ${names.join(', ')}`,
  );
}
