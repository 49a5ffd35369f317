import type { KubeObject } from '../../../src/kube/object.ts';
import type { Resource } from '../../../src/kube/resources.ts';
import { valueAt } from '../value-at.ts';

/** What objects of every resource can be selected by. */
export const objectFields: readonly string[] = ['metadata.name', 'metadata.namespace'];
const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/**
 * The resources that say themselves which fields they can be selected by, as `plural.group`. Source: the calls of
 * `AddFieldLabelConversionFunc` in `pkg/apis` of Kubernetes 1.36. ReplicaSets have none, whatever the documentation
 * says of their `status.replicas`.
 */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  'pods.': [
    ...objectFields,
    'spec.nodeName',
    'spec.host',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  'events.': [
    ...objectFields,
    ...referenceFields.map((field) => `involvedObject.${field}`),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.events.k8s.io': [
    ...objectFields,
    ...referenceFields.map((field) => `regarding.${field}`),
    'reason',
    'reportingController',
    'type',
  ],
  'namespaces.': ['metadata.name', 'status.phase'],
  'nodes.': ['metadata.name', 'spec.unschedulable'],
  'secrets.': [...objectFields, 'type'],
  'services.': [...objectFields, 'spec.clusterIP', 'spec.type'],
  'jobs.batch': [...objectFields, 'status.successful'],
};

export function selectableFields({ group, plural }: Pick<Resource, 'group' | 'plural'>): readonly string[] {
  return fieldsOf[`${plural}.${group}`] ?? objectFields;
}

/** Fields whose name is not their place in the object, or whose absence means something. */
const specialReaders: Readonly<Record<string, (object: KubeObject) => unknown>> = {
  'spec.host': (pod) => valueAt(pod, ['spec', 'nodeName']),
  'spec.hostNetwork': (pod) => valueAt(pod, ['spec', 'hostNetwork']) ?? false,
  'spec.unschedulable': (node) => valueAt(node, ['spec', 'unschedulable']) ?? false,
  'status.successful': (job) => valueAt(job, ['status', 'succeeded']) ?? 0,
  source: (event) => valueAt(event, ['source', 'component']) || event.reportingComponent,
};

/** What a selector's field is in an object; made once, for it runs over every object of a list. */
export function fieldReader(field: string): (object: KubeObject) => unknown {
  const path = field.split('.');
  return Object.hasOwn(specialReaders, field)
    ? (specialReaders[field] as (object: KubeObject) => unknown)
    : (object) => valueAt(object, path);
}
