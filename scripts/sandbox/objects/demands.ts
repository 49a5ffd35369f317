import type { KubeObject } from '../../../src/kube/object.ts';
import { ApiError, badRequest, conflict, forbidden, invalid, notFound, type Cause } from './api-error.ts';
import type { Definition } from './definition.ts';
import { identityProblems, newFinalizers } from './lifecycle.ts';
import { rulesOf } from './rules/rules-of.ts';
import { metadataProblems } from './validate-metadata.ts';

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** What an API server demands of a request before it does anything; each throws ApiError. */

export function requireNew({ metadata }: KubeObject): void {
  if (!metadata.resourceVersion) return;
  throw new ApiError(500, undefined, 'resourceVersion should not be set on objects to be created');
}

export function requirePlace(
  { isNamespaced }: Definition,
  namespace: string | undefined,
  { metadata }: KubeObject,
): void {
  if (!isNamespaced || metadata.namespace === undefined || metadata.namespace === namespace) return;
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** `namespace` is the namespace's own object. */
export function requireOpen(
  definition: Definition,
  { metadata }: KubeObject,
  namespace: KubeObject | undefined,
): void {
  const { namespace: place = '', name = '' } = metadata;
  if (!namespace) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, place);
  if (namespace.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${place} because it is being terminated`;
  const message = `namespace ${place} is being terminated`;
  throw forbidden(definition, name, why, [
    { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
  ]);
}

/** That `wanted` is the same object, of the version that it was read at. */
export function requireSame(definition: Definition, current: KubeObject, wanted: KubeObject): void {
  const { name = '', namespace, resourceVersion } = current.metadata;
  const { metadata } = wanted;
  if (!metadata.name) {
    const why = `the name of the object (${name} based on URL) was undeterminable: name must be provided`;
    throw badRequest(why);
  }
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  requirePlace(definition, namespace, wanted);
  if (!metadata.resourceVersion || metadata.resourceVersion === resourceVersion) return;
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  throw conflict(definition, name, why);
}

/** `wanted` is what the client said, `object` what would be stored. */
export function requireValid(
  definition: Definition,
  object: KubeObject,
  { current, wanted = object }: { current?: KubeObject; wanted?: KubeObject } = {},
): void {
  const causes = [
    ...(current ? [...identityProblems(current, wanted), ...finalizerProblems(current, object)] : []),
    ...metadataProblems(definition, object.metadata),
    ...(rulesOf(definition).problems?.(object, current) ?? []),
  ];
  if (causes.length > 0) throw invalid(definition, object.metadata.name ?? '', causes);
}

function finalizerProblems(current: KubeObject, next: KubeObject): Cause[] {
  const added = current.metadata.deletionTimestamp === undefined ? [] : newFinalizers(current, next);
  if (added.length === 0) return [];
  const found = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const rule = 'no new finalizers can be added if the object is being deleted, found new finalizers';
  return [
    { field: 'metadata.finalizers', reason: 'FieldValueForbidden', message: `Forbidden: ${rule} ${found}` },
  ];
}

export function requirePreconditions(
  definition: Definition,
  { metadata }: KubeObject,
  { uid, resourceVersion }: Preconditions,
): void {
  const { name = '' } = metadata;
  const demand = (what: string, wanted: string | undefined, is: string | undefined, why: string): void => {
    if (!wanted || wanted === is) return;
    const words = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is})`;
    // Here the API server names the kind, not the resource.
    throw conflict(
      { ...definition, plural: definition.kind },
      name,
      `${words}. The object might have been ${why}`,
    );
  };
  demand('UID', uid, metadata.uid, 'deleted and then recreated');
  demand('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified');
}
