import type { Context } from '../context.ts';
import { messageOf } from '../core/errors.ts';
import type { OwnerReference } from '../kube/object.ts';
import { pods } from '../kube/resources.ts';
import { ownerOf } from '../record/involved.ts';

/**
 * Our Job and our pod, with which the lease goes, as when a release is uninstalled: then nobody is left who may delete it.
 * Both have to be gone: the Job goes before its pod has stopped, and a pod that was deleted by force, or whose node is lost,
 * may still be at work, but has its Job. None where one of them is not known, or is in another namespace, where Kubernetes
 * would not find it.
 */
export async function ownersOfLease(
  namespace: string,
  pod: string | undefined,
  { kube, log, signal }: Context,
): Promise<readonly OwnerReference[]> {
  if (pod === undefined || kube.namespace !== namespace) return [];
  try {
    const found = await kube.find(pods, { namespace, name: pod }, { signal });
    const job = found && ownerOf(found, 'Job');
    const uid = found?.metadata.uid;
    if (!job || uid === undefined) return [];
    return [
      { apiVersion: job.apiVersion, kind: job.kind, name: job.name, uid: job.uid },
      { apiVersion: 'v1', kind: 'Pod', name: pod, uid },
    ];
  } catch (error) {
    signal.throwIfAborted();
    log.debug({ pod, reason: messageOf(error) }, 'could not look at our own pod; the lease will stay');
    return [];
  }
}
