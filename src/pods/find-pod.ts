import type { Context } from '../context.ts';
import { problem, type Finding } from '../core/finding.ts';
import type { KubeObject } from '../kube/object.ts';
import { deployments, pods, statefulSets } from '../kube/resources.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import { isReady, isRunning, mountsClaim, type Pod } from './pod.ts';
import { selectorText, type LabelSelector } from './selector.ts';

interface Workload extends KubeObject {
  spec?: { selector?: LabelSelector };
}

/** What a pod is looked for by. */
export interface WantedPod {
  readonly namespace: string;
  readonly resource: ExecResource;
  readonly container: string;
  /** Only a pod that mounts one of these PVCs; any pod when left out. */
  readonly claims?: readonly string[] | undefined;
  /** Whether the only one that runs will do where none is ready: an app at rest may say that it is not. */
  readonly evenUnready?: boolean;
  /** What a sentence tells the user to change. */
  readonly settings: { readonly resource: string; readonly container: string };
}

/**
 * Finds the one ready pod that is wished for; it is named from then on, so that every step is in the same one.
 * Says in one sentence why there is none, or more than one.
 */
export async function findPod(wish: WantedPod, context: Context): Promise<Finding<Pod>> {
  const { resource, namespace, claims, settings } = wish;
  const place = describePlace(resource, namespace);
  const all = await podsOf(resource, namespace, context);
  if (!all) return noSuch(resource, namespace, settings);
  if (all.length === 0) return problem(`There is no pod of ${place}; ${howToGetOne(wish)}`);
  const mounting = claims ? all.filter((pod) => claims.some((claim) => mountsClaim(pod, claim))) : all;
  if (mounting.length > 0) return choose(mounting, place, wish);
  return problem(
    `No pod of ${place} mounts PVC ${quoted(claims ?? [], 'or')}; set ⟪pvcs⟫ or ${settings.resource} to what belongs together`,
  );
}

/**
 * Whether there is what a pod is looked for by, as far as that does not change by itself: a pod may be made anew, and labels
 * may select one later.
 */
export async function findWorkload(
  { resource, namespace, settings }: Pick<WantedPod, 'resource' | 'namespace' | 'settings'>,
  context: Context,
): Promise<Finding<undefined>> {
  const { kind, name } = resource;
  const isWorkload = kind === 'deployment' || kind === 'statefulset';
  if (!isWorkload || (await selectorOf(kind, name, namespace, context)) !== undefined)
    return { found: undefined };
  return noSuch(resource, namespace, settings);
}

function noSuch(resource: ExecResource, namespace: string, settings: WantedPod['settings']): Finding<never> {
  return problem(
    `There is no ${describePlace(resource, namespace)}; set ${settings.resource} to one of: ${listing(resource, namespace)}`,
  );
}

function describePlace({ kind, name }: ExecResource, namespace: string): string {
  const what = kind === 'selector' ? `selector '${name}'` : `${kind} '${name}'`;
  return `${what} in namespace '${namespace}'`;
}

/** A selector that selects nothing is more often a mistake than an app at rest. */
function howToGetOne({ resource, namespace, settings }: WantedPod): string {
  if (resource.kind !== 'selector') return 'scale it up to back it up';
  return `start one, or set ${settings.resource} to labels that are shown by: kubectl -n ${namespace} get pods --show-labels`;
}

function listing({ kind }: ExecResource, namespace: string): string {
  return `kubectl -n ${namespace} get ${kind === 'pod' || kind === 'selector' ? 'pods' : `${kind}s`}`;
}

function choose(candidates: Pod[], place: string, wish: WantedPod): Finding<Pod> {
  const { namespace, container, settings } = wish;
  const anyReady = candidates.filter(isReady);
  const ready = anyReady.length === 0 && wish.evenUnready === true ? candidates.filter(isRunning) : anyReady;
  const [pod] = ready;
  if (!pod) {
    const are = candidates.length === 1 ? 'is' : 'are';
    return problem(
      `${subject(candidates)} of ${place} ${are} not ready; kubectl -n ${namespace} describe pod ${candidates[0]?.metadata.name} says why`,
    );
  }
  if (ready.length > 1) {
    return problem(
      `${subject(ready)} of ${place} are all ready, so it is not clear which one is meant; wait until its rollout is through, or set ${settings.resource} to pod/NAME or to a label selector such as role=primary`,
    );
  }
  const containers = (pod.spec?.containers ?? []).map(({ name }) => name);
  if (containers.includes(container)) return { found: pod };
  return problem(
    `Pod '${pod.metadata.name}' of ${place} has no container '${container}'; set ${settings.container} to one of: ${containers.join(', ')}`,
  );
}

function subject(all: readonly Pod[]): string {
  const names = all.map(({ metadata }) => metadata.name ?? '');
  return `${names.length === 1 ? 'Pod' : 'Pods'} ${quoted(names, 'and')}`;
}

function quoted(names: readonly string[], word: 'and' | 'or'): string {
  return names.map((name) => `'${name}'`).join(` ${word} `);
}

/** Undefined when the workload does not exist. */
async function podsOf(
  { kind, name }: ExecResource,
  namespace: string,
  { kube, signal }: Context,
): Promise<Pod[] | undefined> {
  if (kind === 'pod') {
    const pod = await kube.find<Pod>(pods, { namespace, name }, { signal });
    return pod && [pod];
  }
  const labelSelector =
    kind === 'selector' ? name : await selectorOf(kind, name, namespace, { kube, signal });
  if (labelSelector === undefined) return undefined;
  const found = await Array.fromAsync(kube.list<Pod>(pods, { namespace, labelSelector, signal }));
  return found.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
}

async function selectorOf(
  kind: 'deployment' | 'statefulset',
  name: string,
  namespace: string,
  { kube, signal }: Pick<Context, 'kube' | 'signal'>,
): Promise<string | undefined> {
  const workloads = kind === 'deployment' ? deployments : statefulSets;
  const workload = await kube.find<Workload>(workloads, { namespace, name }, { signal });
  return workload && selectorText(workload.spec?.selector ?? {});
}
