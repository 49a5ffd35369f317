import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Clock, Random } from '../../../src/core/system.ts';
import type { Store } from '../storage/store.ts';
import { alreadyExists, invalid, notFound } from './api-error.ts';
import type { Admission } from './admission.ts';
import { Appliers } from './appliers.ts';
import { apiVersionOf, placeOf, type Definition } from './definition.ts';
import {
  requireNew,
  requireOpen,
  requirePlace,
  requirePreconditions,
  requireSame,
  requireValid,
  type Preconditions,
} from './demands.ts';
import {
  bearsGeneration,
  blankMetadata,
  finalizersFor,
  gracePeriod,
  isFinished,
  keepWhatIsNotTheirs,
  knownFields,
  timestamp,
} from './lifecycle.ts';
import { rulesOf } from './rules/rules-of.ts';

/** Of a generateName: with 5 random characters it has the 63 of a label (maxGeneratedNameLength in names/generate.go). */
const maximumGenerated = 58;

export interface WriteOptions {
  readonly dryRun?: boolean;
}

export interface UpdateOptions extends WriteOptions {
  readonly subresource?: string | undefined;
}

export interface DeleteOptions extends WriteOptions {
  readonly preconditions?: Preconditions;
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
  readonly appliers = new Appliers();
  /** What is asked, besides the rules of a kind, before something is made or changed. */
  readonly admissions: Admission[] = [];
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(store: Store, clock: Clock, random: Random) {
    this.store = store;
    this.#clock = clock;
    this.#random = random;
  }

  find(definition: Definition, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.store.find(placeOf(definition), namespace, name);
  }

  /** As `find`; throws a 404 when there is no such object. */
  get(definition: Definition, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(definition, namespace, name);
    if (!object) throw notFound(definition, name);
    return object;
  }

  /** All, or those of one namespace. */
  all(definition: Definition, namespace?: string): KubeObject[] {
    return this.store.all(placeOf(definition), namespace);
  }

  create(
    definition: Definition,
    namespace: string | undefined,
    input: KubeObject,
    { dryRun = false }: WriteOptions = {},
  ): KubeObject {
    const object = this.#prepare(definition, namespace, input);
    const { name = '' } = object.metadata;
    if (definition.isNamespaced) {
      requireOpen(definition, object, this.store.find('/namespaces', undefined, namespace ?? ''));
    }
    requireValid(definition, object);
    for (const admit of this.admissions) admit(definition, object, undefined);
    const present = this.find(definition, namespace, name);
    if (present) throw alreadyExists(definition, present);
    return dryRun ? object : this.store.put(placeOf(definition), object);
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
    requireSame(definition, current, wanted);
    const next = keepWhatIsNotTheirs(definition, current, knownFields(definition, wanted), subresource);
    rulesOf(definition).derive?.(next);
    requireValid(definition, next, { current, wanted });
    if (isDeepStrictEqual(next, current)) return current;
    for (const admit of this.admissions) admit(definition, next, current);
    if (bearsGeneration(definition, current, next)) {
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
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
    requirePreconditions(definition, object, options.preconditions ?? {});
    const { metadata } = object;
    const grace = gracePeriod(definition, object, options.gracePeriodSeconds);
    metadata.finalizers = finalizersFor(metadata.finalizers ?? [], options.propagationPolicy);
    if (metadata.finalizers.length === 0) delete metadata.finalizers;
    if (definition.plural === 'namespaces') object.status = { phase: 'Terminating' };
    const isWaiting = metadata.deletionTimestamp !== undefined;
    if (isWaiting && grace >= Number(metadata['deletionGracePeriodSeconds'] ?? 0)) {
      return { object, isGone: false };
    }
    metadata.deletionTimestamp ??= timestamp(new Date(this.#clock.now().getTime() + grace * 1000));
    metadata['deletionGracePeriodSeconds'] = grace;
    if (metadata.generation !== undefined) metadata.generation++;
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
    requireNew(input);
    requirePlace(definition, namespace, input);
    const known = knownFields(definition, structuredClone(input));
    const object: KubeObject = { ...known, apiVersion: apiVersionOf(definition), kind: definition.kind };
    object.metadata = {
      ...blankMetadata(input.metadata),
      name: this.#nameOf(definition, input),
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

  #nameOf(definition: Definition, { metadata }: KubeObject): string {
    if (metadata.name) return metadata.name;
    if (metadata.generateName)
      return `${metadata.generateName.slice(0, maximumGenerated)}${this.#random.id(5)}`;
    const message = 'Required value: name or generateName is required';
    throw invalid(definition, '', [{ field: 'metadata.name', reason: 'FieldValueRequired', message }]);
  }

  #remove(definition: Definition, object: KubeObject): KubeObject {
    this.appliers.forget(object.metadata.uid ?? '');
    return this.store.remove(placeOf(definition), object);
  }
}
