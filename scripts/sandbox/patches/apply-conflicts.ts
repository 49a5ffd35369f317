import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../src/kube/object.ts';
import { entriesByKey } from './list-entries.ts';
import type { FieldPath, MergeSchema } from './merge-keys.ts';
import { fieldOf } from '../value-at.ts';

/** Where `next` differs from what another manager owns, as the API server prints such places. */
export function conflictingFields(
  schema: MergeSchema,
  owned: unknown,
  next: unknown,
  path: FieldPath = [],
  text = '',
): string[] {
  if (owned === undefined || next === undefined) return [];
  const list = Array.isArray(owned) && Array.isArray(next) ? schema.listOf(path) : undefined;
  if (list) {
    const [entries, wanted] = [entriesByKey(owned, list), entriesByKey(next, list)];
    return inOrder(text, [...entries.keys()], (key, place) =>
      list.isEntryAtomic && wanted.has(key)
        ? difference(entries.get(key), wanted.get(key), place)
        : conflictingFields(schema, entries.get(key), wanted.get(key), path, place),
    );
  }
  if (!isRecord(owned) || !isRecord(next) || schema.isAtomic(path)) return difference(owned, next, text);
  const names = Object.keys(owned).map((name) => `.${name}`);
  return inOrder(text, names, (element, place) => {
    const name = element.slice(1);
    return conflictingFields(schema, owned[name], fieldOf(next, name), [...path, name], place);
  });
}

/** As a `fieldpath.Set` goes through its elements: sorted, and what ends here before what goes deeper. */
function inOrder(
  text: string,
  elements: readonly string[],
  conflictsAt: (element: string, place: string) => string[],
): string[] {
  const conflicts = elements.toSorted().map((element) => conflictsAt(element, text + element));
  const endsHere = ([first]: readonly string[]) =>
    first !== undefined && elements.includes(first.slice(text.length));
  return [...conflicts.filter(endsHere), ...conflicts.filter((places) => !endsHere(places))].flat();
}

function difference(owned: unknown, next: unknown, text: string): string[] {
  return isDeepStrictEqual(owned, next) ? [] : [text];
}
