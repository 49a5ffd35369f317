import { isRecord } from '../../../src/kube/object.ts';
import { entriesByKey, entryKey } from './list-entries.ts';
import type { ListMerge } from './merge-keys.ts';
import { withoutDirectives } from './strategic-directives.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Source: `mergeSlice` of `apimachinery/pkg/util/strategicpatch`. */
export function mergedList(
  list: ListMerge,
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeEntry: (original: Fields, patch: Fields) => unknown,
): unknown[] {
  const directiveOf = (entry: unknown) => (isRecord(entry) ? entry.$patch : undefined);
  const plain = patch.filter((entry) => directiveOf(entry) === undefined);
  if (patch.some((entry) => directiveOf(entry) === 'replace')) return plain.map(withoutDirectives);
  const gone = new Set(
    patch.filter((entry) => directiveOf(entry) === 'delete').map((entry) => entryKey(entry, list)),
  );
  const rest = original.filter((entry) => !gone.has(entryKey(entry, list)));
  const merged = new Map(rest.map((entry) => [entryKey(entry, list), entry]));
  for (const entry of plain) {
    const key = entryKey(entry, list);
    const old = merged.get(key);
    merged.set(key, isRecord(old) && isRecord(entry) ? mergeEntry(old, entry) : withoutDirectives(entry));
  }
  return inOrder(list, [...merged.values()], plain, rest);
}

/**
 * The entries that `order` names stand in that order; the others keep the places that they had in `original`, as far
 * as that can be. Source: `normalizeElementOrder`.
 */
export function inOrder(
  list: ListMerge,
  entries: readonly unknown[],
  order: readonly unknown[],
  original: readonly unknown[],
): unknown[] {
  const places = new Map([...entriesByKey(original, list).keys()].map((key, at) => [key, at]));
  const byKey = entriesByKey(entries, list);
  const named = [...new Set(order.map((entry) => entryKey(entry, list)))].filter((key) => byKey.has(key));
  const others = [...byKey.keys()].filter((key) => !named.includes(key));
  const result: unknown[] = [];
  while (named.length > 0 || others.length > 0) {
    const isOtherFirst = isBefore(places.get(others[0] ?? ''), places.get(named[0] ?? ''));
    const key = named.length === 0 || (others.length > 0 && isOtherFirst) ? others.shift() : named.shift();
    result.push(byKey.get(key ?? ''));
  }
  return result;
}

function isBefore(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}
