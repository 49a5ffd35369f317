import type { KubeObject, OwnerReference } from '../../../src/kube/object.ts';
import { apiVersionOf, placeOf, type Definition } from '../objects/definition.ts';
import { objectOf } from '../storage/entry.ts';
import type { Cluster } from '../cluster.ts';
import { isDeleting, removeFinalizer } from './controller.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

interface Found {
  readonly definition: Definition;
  readonly object: KubeObject;
}

/** Deletes what is owned by nobody any more; an owner's deletion waits for its dependents where it was told to. */
export function collectGarbage(cluster: Cluster, definitions: readonly Definition[]): void {
  const { objects } = cluster;
  /** What has an owner, or is an owner that waits; everything else is none of our business. */
  const concerned = new Map<string, Found>();
  let isDue = false;

  for (const definition of definitions) {
    objects.store.collection(placeOf(definition)).watch(({ type, entry }) => {
      const object = objectOf(entry);
      const key = `${placeOf(definition)}/${entry.key}`;
      if (type !== 'DELETED' && (owners(object).length > 0 || waitsForDependents(object))) {
        concerned.set(key, { definition, object });
      } else concerned.delete(key);
      if (concerned.size > 0 && !isDue) setImmediate(collect);
      isDue ||= concerned.size > 0;
    });
  }

  function collect(): void {
    isDue = false;
    if (cluster.signal.aborted) return;
    try {
      for (const found of Array.from(concerned.values())) {
        if (!isDeleting(found.object)) deleteUnowned(found);
        else if (waitsForDependents(found.object)) endDependents(found);
      }
    } catch (error) {
      cluster.onFailure(error);
    }
  }

  function deleteUnowned({ definition, object }: Found): void {
    const { namespace, name = '' } = object.metadata;
    const all = owners(object);
    if (all.length === 0 || all.some((owner) => isAlive(owner, namespace))) return;
    if (isPresent({ definition, object })) objects.delete(definition, namespace, name);
  }

  function endDependents(owner: Found): void {
    const dependents = [...concerned.values()].filter(({ object }) =>
      owners(object).some(({ uid }) => uid === owner.object.metadata.uid),
    );
    const isOrphaning = owner.object.metadata.finalizers?.includes(orphan) ?? false;
    for (const dependent of dependents.filter(isPresent)) {
      if (isOrphaning) disown(dependent, owner.object);
      else if (!isDeleting(dependent.object)) deleteDependent(dependent, owner.object);
    }
    if (isOrphaning || dependents.length === 0)
      removeFinalizer(cluster, owner.definition, owner.object, orphan, foreground);
  }

  function disown({ definition, object }: Found, { metadata: { uid } }: KubeObject): void {
    objects.touch(definition, object, ({ metadata }) => {
      metadata.ownerReferences = owners({ metadata } as KubeObject).filter(
        (reference) => reference.uid !== uid,
      );
    });
  }

  function deleteDependent({ definition, object }: Found, { metadata: { uid } }: KubeObject): void {
    const blocks = owners(object).some((reference) => reference.uid === uid && reference.blockOwnerDeletion);
    const { namespace, name = '' } = object.metadata;
    objects.delete(definition, namespace, name, { propagationPolicy: blocks ? 'Foreground' : 'Background' });
  }

  function isAlive({ apiVersion, kind, name, uid }: OwnerReference, namespace: string | undefined): boolean {
    const definition = definitions.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
    // An owner of a kind that is not served cannot be looked up, and is taken to be there.
    if (!definition) return true;
    return (
      objects.find(definition, definition.isNamespaced ? namespace : undefined, name)?.metadata.uid === uid
    );
  }

  function isPresent({ definition, object }: Found): boolean {
    const { namespace, name = '', uid } = object.metadata;
    return objects.find(definition, namespace, name)?.metadata.uid === uid;
  }
}

function owners({ metadata }: KubeObject): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}

function waitsForDependents(object: KubeObject): boolean {
  const { finalizers = [] } = object.metadata;
  return isDeleting(object) && (finalizers.includes(foreground) || finalizers.includes(orphan));
}
