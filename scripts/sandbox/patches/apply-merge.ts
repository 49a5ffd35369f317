import { isRecord } from '../../../src/kube/object.ts';
import { mergeEntries } from './list-entries.ts';
import type { FieldPath, MergeSchema } from './merge-keys.ts';
import { fieldOf, setField } from '../value-at.ts';

/** `next` over `current`: maps and keyed lists are merged, all else is replaced; a null takes a field away. */
export function applied(schema: MergeSchema, path: FieldPath, current: unknown, next: unknown): unknown {
  if (Array.isArray(next)) return appliedList(schema, path, current, next);
  if (!isRecord(next) || schema.isAtomic(path)) return next;
  const result = isRecord(current) ? { ...current } : {};
  for (const [key, value] of Object.entries(next)) {
    if (value === null) delete result[key];
    else setField(result, key, applied(schema, [...path, key], fieldOf(result, key), value));
  }
  return result;
}

function appliedList(
  schema: MergeSchema,
  path: FieldPath,
  current: unknown,
  next: readonly unknown[],
): readonly unknown[] {
  const list = schema.listOf(path);
  if (!list) return next;
  return mergeEntries(Array.isArray(current) ? current : [], next, list, (old, entry) =>
    list.isEntryAtomic ? entry : applied(schema, path, old, entry),
  );
}
