import type { Abortable, Reader } from '../kube/kube.ts';
import { isDnsSubdomain } from '../kube/names.ts';
import type { KubeObject, OwnerReference } from '../kube/object.ts';
import { jobs, pods } from '../kube/resources.ts';

/** What an event is about, as Kubernetes refers to it; `kubectl describe` finds its events by the uid. */
export interface Involved {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Who a pod runs for. */
export interface Owners {
  /** The Job that it belongs to, and the CronJob that the Job was made from, as far as there are such. */
  readonly involved: readonly Involved[];
  /** The name of that CronJob; where pod or Job are gone, as the name of the pod tells. */
  readonly cronJob: string | undefined;
}

/** Throws KubeError. */
export async function findOwners(
  namespace: string,
  podName: string,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<Owners> {
  const pod = await kube.find(pods, { namespace, name: podName }, { signal });
  if (!pod) return { involved: [], cronJob: cronJobInName(podName) };
  const job = ownerOf(pod, 'Job');
  if (!job) return { involved: [], cronJob: undefined };
  const found = await kube.find(jobs, { namespace, name: job.name }, { signal });
  if (found?.metadata.uid !== job.uid) return { involved: [job], cronJob: cronJobInName(podName) };
  const cronJob = ownerOf(found, 'CronJob');
  return { involved: cronJob ? [job, cronJob] : [job], cronJob: cronJob?.name };
}

/** By the name that the controllers of CronJobs and Jobs give a pod: the minute of the schedule, and five characters. */
export function cronJobInName(pod: string): string | undefined {
  return /^([a-z0-9][-.a-z0-9]{0,51})-\d{8}-[a-z0-9]{5}$/.exec(pod)?.[1];
}

/** The controller of an object, if it is of that kind. Whoever may write the object may write any owner into it: one that can be none is left out. */
export function ownerOf({ metadata }: KubeObject, kind: string): Involved | undefined {
  const { ownerReferences = [], namespace = '' } = metadata;
  const owner = ownerReferences.find(
    (reference) => reference.controller === true && reference.kind === kind && isOfBatch(reference),
  );
  return owner && { apiVersion: owner.apiVersion, kind, namespace, name: owner.name, uid: owner.uid };
}

function isOfBatch({ apiVersion, name }: OwnerReference): boolean {
  const { group, version } = jobs;
  return apiVersion === `${group}/${version}` && isDnsSubdomain(name);
}
