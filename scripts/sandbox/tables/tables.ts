import type { KubeObject } from '../../../src/kube/object.ts';
import { pods, type Resource } from '../../../src/kube/resources.ts';
import { columnsOf } from './columns.ts';
import { podRowConditions } from './columns-pods.ts';

/** The value of `?includeObject=`; kubectl asks for the whole object to sort by a field of it. */
export type IncludeObject = (typeof includeObjects)[number];

const includeObjects = ['Metadata', 'Object', 'None'] as const;

export function isIncludeObject(value: string): value is IncludeObject {
  return includeObjects.some((known) => known === value);
}

/**
 * The `meta.k8s.io/v1` Table that kubectl asks for. Its rows carry the metadata of their objects, from which kubectl
 * takes namespaces and label columns. `resourceVersion` is that of the list.
 */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  now: Date,
  resourceVersion: string,
  include: IncludeObject = 'Metadata',
): object {
  const columns = columnsOf(resource);
  const isPod = resource.group === pods.group && resource.plural === pods.plural;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion },
    columnDefinitions: columns.map(({ definition }) => definition),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...conditionsOf(isPod ? podRowConditions(object) : undefined),
      object: included(object, include),
    })),
  };
}

function conditionsOf(conditions: readonly object[] | undefined): object {
  return conditions ? { conditions } : {};
}

function included(object: KubeObject, include: IncludeObject): object | null {
  if (include === 'None') return null;
  return include === 'Object'
    ? object
    : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
