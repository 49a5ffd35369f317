import type { Abortable, Reader } from './kube.ts';
import type { KubeObject } from './object.ts';
import type { ObjectKey, Resource } from './resources.ts';

/**
 * Waits until `isDone` accepts the object's state, and returns that state; `undefined` stands for "no such object",
 * both ways. `isDone` may throw to give up, for example on a failure that no waiting cures.
 * There is no deadline of its own: the signal has it.
 */
export async function waitFor<T extends KubeObject = KubeObject>(
  reader: Reader,
  resource: Resource,
  key: ObjectKey,
  isDone: (object: T | undefined) => boolean,
  { signal }: Abortable,
): Promise<T | undefined> {
  const fieldSelector = `metadata.name=${key.name}`;
  let object: T | undefined;
  for await (const event of reader.watch<T>(resource, { namespace: key.namespace, fieldSelector, signal })) {
    if (event.type !== 'BOOKMARK' && event.object.metadata.name !== key.name) continue;
    if (event.type === 'DELETED') object = undefined;
    else if (event.type !== 'BOOKMARK') ({ object } = event);
    if (isDone(object)) return object;
  }
  throw signal.reason;
}
