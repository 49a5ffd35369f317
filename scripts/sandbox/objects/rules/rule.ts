import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject } from '../../../../src/kube/object.ts';
import { valueAt } from '../../value-at.ts';
import type { Cause } from '../api-error.ts';

/** What is special about a kind. */
export interface Rules {
  /** The fields of its own that are kept; all when left out. */
  readonly fields?: readonly string[];
  /** Why this is not even an object of the kind, in the words of the API server's decoder. */
  readonly misshape?: (object: KubeObject) => string | undefined;
  /** What the API server fills in before an object is stored for the first time; changes the object. */
  readonly prepare?: (object: KubeObject) => void;
  /** What the API server derives whenever an object is stored; changes the object. */
  readonly derive?: (object: KubeObject) => void;
  readonly problems?: (object: KubeObject, previous: KubeObject | undefined) => Cause[];
}

export function specOf(object: KubeObject): Record<string, unknown> {
  return isRecord(object.spec) ? object.spec : {};
}

/** The value at a path such as `spec.source`. */
export function at(object: unknown, path: string): unknown {
  return valueAt(object, path.split('.'));
}

export function hasChanged(object: KubeObject, previous: KubeObject, path: string): boolean {
  return !isDeepStrictEqual(at(object, path), at(previous, path));
}

/** Problems of a kind in which these fields stay as they were at first. */
export function immutable(...paths: string[]) {
  return (object: KubeObject, previous: KubeObject | undefined): Cause[] =>
    paths
      .filter((path) => previous && hasChanged(object, previous, path))
      .map((path) => invalidValue(path, at(object, path), 'field is immutable'));
}

export function invalidValue(field: string, value: unknown, words: string): Cause {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${words}` };
}

export function forbiddenField(field: string, words: string): Cause {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden: ${words}` };
}
