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

/** The Job that a pod belongs to, and the CronJob that the Job was made from, as far as there are such. Throws KubeError. */
export async function findInvolved(
  namespace: string,
  podName: string,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<readonly Involved[]> {
  const pod = await kube.find(pods, { namespace, name: podName }, { signal });
  const job = pod && ownerOf(pod, 'Job');
  if (!job) return [];
  const found = await kube.find(jobs, { namespace, name: job.name }, { signal });
  const cronJob = found?.metadata.uid === job.uid ? ownerOf(found, 'CronJob') : undefined;
  return cronJob ? [job, cronJob] : [job];
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
