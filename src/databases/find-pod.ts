import type { Context } from '../context.ts';
import { problem, type Finding } from '../finding.ts';
import type { KubeObject } from '../kube/object.ts';
import { deployments, pods, statefulSets } from '../kube/resources.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import { isReady, mountsClaim, type Pod } from './pod.ts';
import { selectorText, type LabelSelector } from './selector.ts';

interface Workload extends KubeObject {
  spec?: { selector?: LabelSelector };
}

/**
 * Finds the one ready pod of a workload that mounts the PVC and has the container; it is named from then on.
 * Says in one sentence why there is none, or more than one.
 */
export async function findDatabasePod(
  resource: ExecResource,
  { namespace, container, pvc }: { namespace: string; container: string; pvc: string },
  context: Context,
): Promise<Finding<Pod>> {
  const place = `${resource.kind} '${resource.name}' in namespace '${namespace}'`;
  const all = await podsOf(resource, namespace, context);
  if (!all)
    return problem(
      `There is no ${place}; set BAK_DB_POSTGRES_EXEC_RESOURCE to the one that runs the database`,
    );
  if (all.length === 0) return problem(`There is no pod of ${place}; scale it up to back it up`);
  const mounting = all.filter((pod) => mountsClaim(pod, pvc));
  if (mounting.length === 0) {
    return problem(
      `No pod of ${place} mounts PVC '${pvc}'; set BAK_PVC_NAME or BAK_DB_POSTGRES_EXEC_RESOURCE to what belongs together`,
    );
  }
  return choose(mounting, place, namespace, container);
}

function choose(candidates: Pod[], place: string, namespace: string, container: string): Finding<Pod> {
  const ready = candidates.filter(isReady);
  const names = (of: Pod[]) => of.map(({ metadata }) => `'${metadata.name}'`).join(' and ');
  const [pod] = ready;
  if (!pod) {
    return problem(
      `Pod ${names(candidates)} of ${place} is not ready; describe it with: kubectl -n ${namespace} describe pod ${candidates[0]?.metadata.name}`,
    );
  }
  if (ready.length > 1) {
    return problem(
      `Pods ${names(ready)} of ${place} are both ready, so it is not clear which one has the database; wait until its rollout is through`,
    );
  }
  const containers = (pod.spec?.containers ?? []).map(({ name }) => name);
  if (containers.includes(container)) return { found: pod };
  return problem(
    `Pod '${pod.metadata.name}' of ${place} has no container '${container}'; set BAK_DB_POSTGRES_EXEC_CONTAINER to one of: ${containers.join(', ')}`,
  );
}

/** Undefined when the workload does not exist. */
async function podsOf(
  resource: ExecResource,
  namespace: string,
  { kube, signal }: Context,
): Promise<Pod[] | undefined> {
  const key = { namespace, name: resource.name };
  if (resource.kind === 'pod') {
    const pod = await kube.find<Pod>(pods, key, { signal });
    return pod && [pod];
  }
  const workloads = resource.kind === 'deployment' ? deployments : statefulSets;
  const workload = await kube.find<Workload>(workloads, key, { signal });
  if (!workload) return undefined;
  const labelSelector = selectorText(workload.spec?.selector ?? {});
  const found = await Array.fromAsync(kube.list<Pod>(pods, { namespace, labelSelector, signal }));
  return found.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
}
