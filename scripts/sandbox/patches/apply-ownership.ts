import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject } from '../../../src/kube/object.ts';
import { entriesByKey, entryKey } from './list-entries.ts';
import type { FieldPath, MergeSchema } from './merge-keys.ts';
import { fieldOf, setField } from '../value-at.ts';

/** What no manager owns: `stripMetaManager` of apimachinery. */
const unownedMetadata =
  'creationTimestamp generation managedFields name namespace resourceVersion selfLink uid'.split(' ');

/** The fields of an applied object that its manager may own. */
export function appliedFields(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _version, kind: _kind, metadata, ...fields } = object;
  const owned = Object.entries(metadata).filter(([field]) => !unownedMetadata.includes(field));
  return { ...fields, metadata: Object.fromEntries(owned) };
}

/**
 * What a manager still owns of what he applied last: the fields that have kept their values. Whoever changes a field,
 * by an update or by force, takes it away from him.
 */
export function ownedFields(schema: MergeSchema, applied: KubeObject, current: KubeObject): unknown {
  return owned(schema, [], appliedFields(applied), current);
}

function owned(schema: MergeSchema, path: FieldPath, applied: unknown, current: unknown): unknown {
  const list = Array.isArray(applied) && Array.isArray(current) ? schema.listOf(path) : undefined;
  if (list) {
    const present = entriesByKey(current, list);
    const left = (applied as readonly unknown[]).map((entry) => {
      const now = present.get(entryKey(entry, list));
      return list.isEntryAtomic ? ownedLeaf(entry, now) : owned(schema, path, entry, now);
    });
    return left.filter((entry) => entry !== undefined);
  }
  if (!isRecord(applied) || !isRecord(current) || schema.isAtomic(path)) return ownedLeaf(applied, current);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(applied)) {
    const left = owned(schema, [...path, key], value, fieldOf(current, key));
    if (left !== undefined) setField(result, key, left);
  }
  return Object.keys(result).length > 0 || Object.keys(applied).length === 0 ? result : undefined;
}

function ownedLeaf(applied: unknown, current: unknown): unknown {
  return isDeepStrictEqual(applied, current) ? applied : undefined;
}
