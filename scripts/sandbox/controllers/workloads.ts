import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Definition } from '../objects/definition.ts';
import type { Pod } from '../pods/pod.ts';
import type { Cluster } from '../cluster.ts';
import { control, isDeleting, withStatus } from './controller.ts';
import { deployments, pods, statefulSets } from '../objects/kinds.ts';

interface Workload extends KubeObject {
  spec: { replicas?: number; template: { metadata?: { labels?: Record<string, string> }; spec: object } };
}

/** Keeps as many pods of a Deployment or StatefulSet as it wants, of its present template. */
export function controlWorkloads(cluster: Cluster): void {
  for (const definition of [deployments, statefulSets]) {
    const ofPod = ({ metadata }: KubeObject): KubeObject[] => {
      const owner = metadata.ownerReferences?.find(({ kind }) => kind === definition.kind);
      const workload = owner && cluster.objects.find(definition, metadata.namespace, owner.name);
      return workload ? [workload] : [];
    };
    control(cluster, definition, (object) => reconcile(cluster, definition, object as Workload), [
      { definition: pods, affected: ofPod },
    ]);
  }
}

function reconcile(cluster: Cluster, definition: Definition, workload: Workload): void {
  if (isDeleting(workload)) return;
  const { objects } = cluster;
  const { namespace, uid, generation } = workload.metadata;
  const { replicas = 1, template } = workload.spec;
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
  const own = (objects.all(pods, namespace) as Pod[]).filter(({ metadata }) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid),
  );
  const current = own.filter(
    (pod) => pod.metadata.labels?.['pod-template-hash'] === hash && !isDeleting(pod),
  );
  const unwanted = [...own.filter((pod) => !current.includes(pod)), ...current.slice(replicas)];
  for (const { metadata } of unwanted.filter((pod) => !isDeleting(pod)))
    objects.delete(pods, namespace, metadata.name ?? '', { gracePeriodSeconds: 1 });
  // The old ones go first: two databases on one volume would be no use.
  if (unwanted.length === 0) {
    for (let index = current.length; index < replicas; index++)
      startPod(cluster, definition, workload, hash, index);
  }
  const ready = current.filter(({ status }) => status?.phase === 'Running').length;
  const counts = {
    replicas: current.length,
    updatedReplicas: current.length,
    readyReplicas: ready,
    availableReplicas: ready,
  };
  withStatus(cluster, definition, workload, { ...counts, observedGeneration: generation });
}

function startPod(
  { objects }: Cluster,
  { kind, plural }: Definition,
  { metadata, spec }: Workload,
  hash: string,
  index: number,
): void {
  const { name = '', namespace, uid = '' } = metadata;
  const isStateful = plural === 'statefulsets';
  if (isStateful && objects.find(pods, namespace, `${name}-${index}`)) return;
  const { template } = spec;
  objects.create(pods, namespace, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      labels: { ...template.metadata?.labels, 'pod-template-hash': hash },
      ...(isStateful ? { name: `${name}-${index}` } : { generateName: `${name}-${hash}-` }),
      ownerReferences: [
        { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: template.spec,
  });
}
