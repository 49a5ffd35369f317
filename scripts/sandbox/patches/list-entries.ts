import type { ListMerge } from './merge-keys.ts';
import { fieldOf } from '../value-at.ts';

/** Keys that entries may leave out. */
const keyDefaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

/** What tells an entry from the others of its list, as an error of the API server prints it: `[name="web"]`. */
export function entryKey(entry: unknown, { keys }: ListMerge): string {
  if (keys.length === 0) return `[=${JSON.stringify(entry)}]`;
  return `[${keys.map((key) => `${key}=${JSON.stringify(keyOf(entry, key))}`).join(',')}]`;
}

function keyOf(entry: unknown, key: string): unknown {
  return fieldOf(entry, key) ?? keyDefaults[key] ?? null;
}

/** Entries by their keys, in their order; of several with the same key, the first. */
export function entriesByKey(list: unknown, merge: ListMerge): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const entry of Array.isArray(list) ? (list as unknown[]) : []) {
    const key = entryKey(entry, merge);
    if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

/**
 * Both lists in one: the entries of `next` in their order, those that only `current` has at their old places between
 * them. Source: `visitListItems` of structured-merge-diff.
 */
export function mergeEntries(
  current: readonly unknown[],
  next: readonly unknown[],
  merge: ListMerge,
  mergeEntry: (current: unknown, next: unknown) => unknown,
): unknown[] {
  const left = current.map((entry) => entryKey(entry, merge));
  const right = next.map((entry) => entryKey(entry, merge));
  const [known, wanted] = [new Set(left), new Set(right)];
  const shared = right.filter((key) => known.has(key));
  const before = entriesByKey(current, merge);
  const merged = new Set<string>();
  const result: unknown[] = [];
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const [old, wish] = [left[l], right[r]];
    if (old !== undefined && !wanted.has(old)) {
      result.push(current[l++]);
      continue;
    }
    if (old !== undefined && old !== wish) {
      const isOfLaterTurn = shared.length > 0 && shared[0] !== old;
      if (isOfLaterTurn || merged.has(old)) l++;
      if (isOfLaterTurn && wish !== undefined) continue;
    }
    if (wish === undefined) continue;
    merged.add(wish);
    result.push(mergeEntry(before.get(wish), next[r]));
    if (shared[0] === wish) shared.shift();
    if (old === wish) l++;
    r++;
  }
  return result;
}
