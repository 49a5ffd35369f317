import { isRecord } from './object.ts';

const isText = (value: unknown): boolean => typeof value === 'string';
const isMap = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isText);
const isList = (value: unknown, isElement: (element: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isElement);
const isOwner = (value: unknown): boolean =>
  isRecord(value) && [value.apiVersion, value.kind, value.name, value.uid].every(isText);

/** The fields of ObjectMeta that anybody reads here, and what each is where it is there. */
const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  namespace: isText,
  uid: isText,
  resourceVersion: isText,
  // Of what is not stored, such as a review, it may be null.
  creationTimestamp: (value) => value === null || isText(value),
  deletionTimestamp: isText,
  labels: isMap,
  annotations: isMap,
  finalizers: (value) => isList(value, isText),
  ownerReferences: (value) => isList(value, isOwner),
};

/**
 * The name of a field that has another type than any API server gives it; undefined when there is none. Whatever reads an
 * object may rely on the types of its metadata, and must not on those of its spec and status.
 */
export function wrongField(metadata: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(fields).find((name) => {
    const value = metadata[name];
    return value !== undefined && fields[name]?.(value) !== true;
  });
}
