import { isRecord } from '../../../src/kube/object.ts';
import { entriesByKey, entryKey } from './list-entries.ts';
import type { FieldPath, ListMerge, MergeSchema } from './merge-keys.ts';
import { fieldOf, setField } from '../value-at.ts';

/** Maps whose fields come from many hands, so that one hand's last field does not take the others along. */
const sharedMaps = new Set(
  'annotations binaryData capacity data labels limits metadata parameters requests stringData'.split(' '),
);

/**
 * `value` without what a manager owned so far (`previous`) and nobody claims now (`keeps`); undefined when nothing is
 * left. Source: `prune` of structured-merge-diff.
 */
export function pruned(
  schema: MergeSchema,
  path: FieldPath,
  value: unknown,
  previous: unknown,
  keeps: readonly unknown[],
): unknown {
  const list = Array.isArray(value) ? schema.listOf(path) : undefined;
  if (list) return prunedList(schema, path, list, value as unknown[], previous, keeps);
  if (!isRecord(value) || !isRecord(previous) || schema.isAtomic(path)) return value;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const left = prunedField(schema, [...path, key], child, fieldOf(previous, key), childrenOf(keeps, key));
    if (left !== undefined) setField(result, key, left);
  }
  return isEmptied(value, result) ? undefined : result;
}

function prunedField(
  schema: MergeSchema,
  path: FieldPath,
  value: unknown,
  previous: unknown,
  keeps: readonly unknown[],
): unknown {
  if (previous === undefined) return value;
  const isShared = isRecord(value)
    ? sharedMaps.has(path.at(-1) ?? '')
    : Array.isArray(value) && schema.listOf(path) !== undefined;
  // What a map holds beyond is defaults of what goes, so all of it goes.
  return keeps.length > 0 || isShared ? pruned(schema, path, value, previous, keeps) : undefined;
}

function prunedList(
  schema: MergeSchema,
  path: FieldPath,
  list: ListMerge,
  entries: readonly unknown[],
  previous: unknown,
  keeps: readonly unknown[],
): unknown {
  const before = entriesByKey(previous, list);
  const kept = keeps.map((keep) => entriesByKey(keep, list));
  const left = entries.flatMap((entry) => {
    const key = entryKey(entry, list);
    if (!before.has(key)) return [entry];
    const keepers = kept.filter((keep) => keep.has(key)).map((keep) => keep.get(key));
    if (keepers.length === 0) return [];
    return [list.isEntryAtomic ? entry : pruned(schema, path, entry, before.get(key), keepers)];
  });
  return isEmptied(entries, left) ? undefined : left;
}

function childrenOf(keeps: readonly unknown[], key: string): unknown[] {
  return keeps.map((keep) => fieldOf(keep, key)).filter((child) => child !== undefined);
}

function isEmptied(before: object, after: object): boolean {
  return Object.keys(after).length === 0 && Object.keys(before).length > 0;
}
