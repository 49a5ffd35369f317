import { isRecord, type KubeObject } from '../../../src/kube/object.ts';
import { type FieldPath, mergeSchemaOf, type MergeSchema } from './merge-keys.ts';
import { withoutDirectives } from './strategic-directives.ts';
import { inOrder, mergedList } from './strategic-list.ts';
import { fieldOf, setField } from '../value-at.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Strategic merge patch of a built-in kind: as a merge patch, but lists with a merge key are merged, too, and
 * `$`-directives are obeyed. Source: `mergeMap` of `apimachinery/pkg/util/strategicpatch`.
 */
export function strategicMergePatch(current: KubeObject, patch: Fields): KubeObject {
  return mergedMap(mergeSchemaOf(current), [], current, patch) as KubeObject;
}

const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

function mergedMap(schema: MergeSchema, path: FieldPath, original: Fields, patch: Fields): Fields {
  if (patch.$patch === 'delete') return {};
  if (patch.$patch === 'replace') return withoutDirectives({ ...patch, $patch: undefined }) as Fields;
  const result = retained(original, patch.$retainKeys);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    const merged = mergedValue(schema, [...path, key], fieldOf(result, key), value);
    if (merged === undefined) delete result[key];
    else setField(result, key, merged);
  }
  deleteFromLists(result, patch);
  setOrders(schema, path, original, result, patch);
  return result;
}

function retained(original: Fields, keys: unknown): Record<string, unknown> {
  if (!Array.isArray(keys)) return { ...original };
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

/** Undefined to take the field away. */
function mergedValue(schema: MergeSchema, path: FieldPath, original: unknown, value: unknown): unknown {
  if (value === null) return undefined;
  if (isRecord(original) && isRecord(value)) return mergedMap(schema, path, original, value);
  if (!Array.isArray(original) || !Array.isArray(value)) return withoutDirectives(value);
  const list = schema.strategicListOf(path);
  if (!list) return value;
  return mergedList(list, original, value, (old, entry) => mergedMap(schema, path, old, entry));
}

function deleteFromLists(result: Record<string, unknown>, patch: Fields): void {
  for (const [key, gone] of directives(patch, deletePrefix)) {
    const list = fieldOf(result, key);
    if (Array.isArray(list))
      setField(
        result,
        key,
        list.filter((entry) => !gone.includes(entry)),
      );
  }
}

function setOrders(
  schema: MergeSchema,
  path: FieldPath,
  original: Fields,
  result: Record<string, unknown>,
  patch: Fields,
): void {
  for (const [key, order] of directives(patch, orderPrefix)) {
    const list = schema.strategicListOf([...path, key]);
    const entries = fieldOf(result, key);
    const before = fieldOf(original, key);
    if (list && Array.isArray(entries))
      setField(result, key, inOrder(list, entries, order, Array.isArray(before) ? before : []));
  }
}

function directives(patch: Fields, prefix: string): [string, readonly unknown[]][] {
  return Object.entries(patch)
    .filter((entry): entry is [string, unknown[]] => entry[0].startsWith(prefix) && Array.isArray(entry[1]))
    .map(([key, value]) => [key.slice(prefix.length), value]);
}
