import type { Abortable, Reader } from '../../kube/kube.ts';
import type { KubeObject } from '../../kube/object.ts';
import { jobs, pods } from '../../kube/resources.ts';
import type { Involved } from './event.ts';

/** The Job that a pod belongs to, and the CronJob that the Job was made from, as far as there are such. Throws KubeError. */
export async function findInvolved(
  namespace: string,
  podName: string,
  { kube, signal }: Abortable & { readonly kube: Reader },
): Promise<readonly Involved[]> {
  const pod = await kube.find(pods, { namespace, name: podName }, { signal });
  const job = ownerOf(pod, 'Job');
  if (!job) return [];
  const cronJob = ownerOf(await kube.find(jobs, { namespace, name: job.name }, { signal }), 'CronJob');
  return cronJob ? [job, cronJob] : [job];
}

/** The controller of an object, if it is of that kind. */
export function ownerOf(object: KubeObject | undefined, kind: string): Involved | undefined {
  const { ownerReferences = [], namespace = '' } = object?.metadata ?? {};
  const owner = ownerReferences.find((reference) => reference.controller === true && reference.kind === kind);
  return owner && { apiVersion: owner.apiVersion, kind, namespace, name: owner.name, uid: owner.uid };
}
