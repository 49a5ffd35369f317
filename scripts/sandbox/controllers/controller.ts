import type { KubeObject } from '../../../src/kube/object.ts';
import type { Cluster } from '../cluster.ts';
import { placeOf, type Definition } from '../objects/definition.ts';
import type { Change } from '../storage/collection.ts';
import { keyOf, objectOf, type Entry } from '../storage/entry.ts';

export type Reconcile = (object: KubeObject) => void | Promise<void>;

/** Which objects to look at again when this one has changed. */
export interface Trigger {
  readonly definition: Definition;
  readonly affected: (object: KubeObject) => readonly KubeObject[];
}

/**
 * Calls `reconcile` for every object of a kind after each of its changes, and after those of the triggers: with its
 * present state, one call at a time for each object. It is not called for objects that are gone.
 */
export function control(
  cluster: Cluster,
  definition: Definition,
  reconcile: Reconcile,
  triggers: readonly Trigger[] = [],
): void {
  const { objects, signal } = cluster;
  const waiting = new Set<string>();
  const running = new Set<string>();
  const collection = objects.store.collection(placeOf(definition));

  const wake = (key: string): void => {
    if (waiting.has(key)) return;
    waiting.add(key);
    // Not at once: the request that caused it is answered first. Only the key is kept until then: many may wait.
    setImmediate(() => void run(key));
  };
  const run = async (key: string): Promise<void> => {
    if (running.has(key) || signal.aborted) return;
    running.add(key);
    waiting.delete(key);
    try {
      const present = collection.get(key);
      if (present) await reconcile(objectOf(present));
    } catch (error) {
      if (!signal.aborted) cluster.onFailure(error);
    }
    running.delete(key);
    if (waiting.delete(key)) wake(key);
  };

  const follow = (kind: Definition, watcher: (change: Change) => void): void => {
    const stop = objects.store.collection(placeOf(kind)).watch(watcher);
    signal.addEventListener('abort', stop, { once: true });
  };
  follow(definition, ({ entry }) => wake(entry.key));
  for (const trigger of triggers) {
    const keys = (entry: Entry) =>
      trigger.affected(objectOf(entry)).map(({ metadata }) => keyOf(metadata.namespace, metadata.name ?? ''));
    follow(trigger.definition, ({ entry }) => keys(entry).forEach(wake));
  }
}

/** Changes the object unless it is gone; a change of nothing is none. */
export function withStatus(
  cluster: Cluster,
  definition: Definition,
  object: KubeObject,
  status: object,
): void {
  const change = (current: KubeObject) =>
    void (current.status = { ...(current.status as object), ...status });
  cluster.objects.touch(definition, object, change, 'status');
}

export function addFinalizer(
  cluster: Cluster,
  definition: Definition,
  object: KubeObject,
  finalizer: string,
): void {
  if (object.metadata.finalizers?.includes(finalizer)) return;
  cluster.objects.touch(definition, object, ({ metadata }) => {
    metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), finalizer])];
  });
}

export function removeFinalizer(
  cluster: Cluster,
  definition: Definition,
  object: KubeObject,
  ...finalizers: string[]
): void {
  cluster.objects.touch(definition, object, ({ metadata }) => {
    metadata.finalizers = (metadata.finalizers ?? []).filter((finalizer) => !finalizers.includes(finalizer));
  });
}

export function isDeleting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
