import { isRecord } from '../../src/kube/object.ts';

/** An object's own field; undefined for what it inherits, and for what is no object. */
export function fieldOf(object: unknown, key: string): unknown {
  return isRecord(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** What lies at a path of fields; undefined when anything on the way is missing. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const key of path) value = fieldOf(value, key);
  return value;
}

/** A plain assignment of `__proto__` would replace the prototype instead. */
export function setField(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
