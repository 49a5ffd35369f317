import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Clock, Random } from '../../../src/system.ts';
import type { Store } from '../storage/store.ts';
import { alreadyExists, ApiError, badRequest, conflict, forbidden, invalid, notFound } from './api-error.ts';
import { Appliers } from './appliers.ts';
import { apiVersionOf, placeOf, type Definition } from './definition.ts';
import {
  bearsGeneration,
  blankMetadata,
  identityProblems,
  isFinished,
  keepWhatIsNotTheirs,
  newFinalizers,
} from './lifecycle.ts';
import { rulesOf } from './rules/rules-of.ts';
import { metadataProblems } from './validate-metadata.ts';

export interface WriteOptions {
  readonly dryRun?: boolean;
}

export interface UpdateOptions extends WriteOptions {
  readonly subresource?: string | undefined;
}

export interface DeleteOptions extends WriteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

export interface Deleted {
  /** Its last state. */
  readonly object: KubeObject;
  /** False while it waits for its finalizers or its end. */
  readonly isGone: boolean;
}

/** The life of objects as an API server has it, for requests and controllers alike. Throws ApiError. */
export class Objects {
  readonly store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly appliers = new Appliers();

  constructor(store: Store, clock: Clock, random: Random) {
    this.store = store;
    this.#clock = clock;
    this.#random = random;
  }

  find(definition: Definition, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.store.find(placeOf(definition), namespace, name);
  }

  get(definition: Definition, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(definition, namespace, name);
    if (!object) throw notFound(definition, name);
    return object;
  }

  create(
    definition: Definition,
    namespace: string | undefined,
    input: KubeObject,
    options: WriteOptions = {},
  ): KubeObject {
    const object = this.#prepare(definition, namespace, input);
    const { name = '' } = object.metadata;
    this.#demandNamespace(definition, object);
    const causes = [
      ...metadataProblems(definition, object.metadata),
      ...(rulesOf(definition).problems?.(object, undefined) ?? []),
    ];
    if (causes.length > 0) throw invalid(definition, name, causes);
    const present = this.find(definition, namespace, name);
    if (present) throw alreadyExists(definition, present);
    return options.dryRun ? object : this.store.put(placeOf(definition), object);
  }

  /** `change` gets a copy of the present object, and gives what shall be instead. */
  update(
    definition: Definition,
    namespace: string | undefined,
    name: string,
    change: (current: KubeObject) => KubeObject,
    { subresource, dryRun = false }: UpdateOptions = {},
  ): KubeObject {
    const current = this.get(definition, namespace, name);
    const wanted = change(structuredClone(current));
    this.#demandSame(definition, current, wanted);
    const kept = knownFields(definition, wanted);
    const next = keepWhatIsNotTheirs(definition, current, kept, subresource);
    rulesOf(definition).derive?.(next);
    this.#demandValid(definition, current, next, wanted);
    if (isDeepStrictEqual(next, current)) return current;
    if (bearsGeneration(definition, current, next))
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    if (dryRun) return next;
    return isFinished(definition, next)
      ? this.#remove(definition, next)
      : this.store.put(placeOf(definition), next);
  }

  delete(
    definition: Definition,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): Deleted {
    const object = this.get(definition, namespace, name);
    this.#demandPreconditions(definition, object, options);
    const { metadata } = object;
    const grace = gracePeriod(definition, object, options);
    const isWaiting = metadata.deletionTimestamp !== undefined;
    metadata.finalizers = finalizersFor(metadata.finalizers ?? [], options);
    if (metadata.finalizers.length === 0) delete metadata.finalizers;
    if (definition.plural === 'namespaces') object.status = { phase: 'Terminating' };
    if (isWaiting && grace >= Number(metadata['deletionGracePeriodSeconds'] ?? 0))
      return { object, isGone: false };
    metadata.deletionTimestamp ??= timestamp(new Date(this.#clock.now().getTime() + grace * 1000));
    metadata['deletionGracePeriodSeconds'] = grace;
    if (bearsGeneration(definition, undefined, object)) metadata.generation = (metadata.generation ?? 0) + 1;
    const isGone = isFinished(definition, object);
    if (options.dryRun) return { object, isGone };
    if (isGone) return { object: this.#remove(definition, object), isGone };
    return { object: this.store.put(placeOf(definition), object), isGone };
  }

  /** As `update`; does nothing when the object is gone. For controllers. */
  touch(
    definition: Definition,
    object: KubeObject,
    change: (current: KubeObject) => void,
    subresource?: string,
  ): void {
    const { namespace, name = '', uid } = object.metadata;
    if (this.find(definition, namespace, name)?.metadata.uid !== uid) return;
    const edit = (current: KubeObject) => {
      change(current);
      return current;
    };
    this.update(definition, namespace, name, edit, { subresource });
  }

  #prepare(definition: Definition, namespace: string | undefined, input: KubeObject): KubeObject {
    const object: KubeObject = {
      ...knownFields(definition, structuredClone(input)),
      apiVersion: apiVersionOf(definition),
      kind: definition.kind,
    };
    const { metadata } = object;
    demandPlace(definition, namespace, object);
    if (metadata.resourceVersion)
      throw new ApiError(500, undefined, 'resourceVersion should not be set on objects to be created');
    const name = metadata.name || (metadata.generateName && `${metadata.generateName}${this.#random.id(5)}`);
    if (!name) {
      const message = 'Required value: name or generateName is required';
      throw invalid(definition, '', [{ field: 'metadata.name', reason: 'FieldValueRequired', message }]);
    }
    object.metadata = {
      ...blankMetadata(metadata),
      name,
      ...(definition.isNamespaced && namespace !== undefined && { namespace }),
      uid: randomUUID(),
      creationTimestamp: timestamp(this.#clock.now()),
    };
    if (bearsGeneration(definition, undefined, object)) object.metadata.generation = 1;
    if (definition.hasStatus) delete object.status;
    rulesOf(definition).prepare?.(object);
    rulesOf(definition).derive?.(object);
    return object;
  }

  #demandNamespace({ isNamespaced, ...definition }: Definition, { metadata }: KubeObject): void {
    if (!isNamespaced) return;
    const { namespace = '', name = '' } = metadata;
    const own = this.store.find('/namespaces', undefined, namespace);
    if (!own) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace);
    if (own.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const message = `namespace ${namespace} is being terminated`;
    throw forbidden(definition, name, why, [
      { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
    ]);
  }

  #demandSame(definition: Definition, current: KubeObject, wanted: KubeObject): void {
    const { metadata } = wanted;
    const { name = '', resourceVersion } = current.metadata;
    if (metadata.name !== name) {
      if (!metadata.name)
        throw badRequest(
          `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
        );
      throw badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
      );
    }
    demandPlace(definition, current.metadata.namespace, wanted);
    if (metadata.resourceVersion && metadata.resourceVersion !== resourceVersion) {
      throw conflict(
        definition,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
  }

  #demandValid(definition: Definition, current: KubeObject, next: KubeObject, wanted: KubeObject): void {
    const { name = '', deletionTimestamp } = next.metadata;
    const causes = [
      ...identityProblems(current, wanted),
      ...metadataProblems(definition, next.metadata),
      ...(rulesOf(definition).problems?.(next, current) ?? []),
    ];
    const added = deletionTimestamp === undefined ? [] : newFinalizers(current, next);
    if (added.length > 0) {
      const found = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
      const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${found}`;
      causes.push({ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message });
    }
    if (causes.length > 0) throw invalid(definition, name, causes);
  }

  #demandPreconditions(
    definition: Definition,
    { metadata }: KubeObject,
    { preconditions = {} }: DeleteOptions,
  ): void {
    const { name = '', uid, resourceVersion } = metadata;
    // Here the API server names the kind, not the resource.
    const kind = { ...definition, plural: definition.kind };
    if (preconditions.uid && preconditions.uid !== uid) {
      throw conflict(
        kind,
        name,
        `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
      );
    }
    if (preconditions.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
      throw conflict(
        kind,
        name,
        `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
      );
    }
  }

  #remove(definition: Definition, object: KubeObject): KubeObject {
    this.appliers.forget(object.metadata.uid ?? '');
    return this.store.remove(placeOf(definition), object);
  }
}

/** A kind that knows all its fields drops the others. */
function knownFields(definition: Definition, object: KubeObject): KubeObject {
  const { fields } = rulesOf(definition);
  if (!fields) return object;
  const { apiVersion, kind, metadata } = object;
  const own = fields.filter((field) => object[field] !== undefined);
  return { apiVersion, kind, metadata, ...Object.fromEntries(own.map((field) => [field, object[field]])) };
}

export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function demandPlace(definition: Definition, namespace: string | undefined, { metadata }: KubeObject): void {
  if (metadata.namespace === undefined || metadata.namespace === namespace || !definition.isNamespaced)
    return;
  throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
}

/** In seconds. Only pods on a node end in their own time. */
function gracePeriod(
  { group, plural }: Definition,
  object: KubeObject,
  { gracePeriodSeconds }: DeleteOptions,
): number {
  if (group !== '' || plural !== 'pods') return 0;
  const { nodeName, terminationGracePeriodSeconds } = object.spec as {
    nodeName?: string;
    terminationGracePeriodSeconds?: number;
  };
  return nodeName === undefined ? 0 : (gracePeriodSeconds ?? terminationGracePeriodSeconds ?? 30);
}

function finalizersFor(finalizers: readonly string[], { propagationPolicy }: DeleteOptions): string[] {
  const ours =
    propagationPolicy === 'Foreground'
      ? ['foregroundDeletion']
      : propagationPolicy === 'Orphan'
        ? ['orphan']
        : [];
  return [...new Set([...finalizers, ...ours])];
}
