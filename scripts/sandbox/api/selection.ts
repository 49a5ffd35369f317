import { objectOf, type Entry } from '../storage/entry.ts';
import { badRequest } from '../objects/api-error.ts';
import type { Definition } from '../objects/definition.ts';
import {
  matchesFields,
  parseFieldSelector,
  unsupportedField,
  unsupportedFieldMessage,
} from '../selectors/field-selector.ts';
import { matchesLabels, parseLabelSelector, SelectorError } from '../selectors/label-selector.ts';

/** Which objects of a resource a list or a watch is about. */
export interface Selection {
  /** All when undefined. */
  readonly namespace: string | undefined;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  matches(entry: Entry): boolean;
}

/** Throws ApiError 400 for a selector that cannot be read. */
export function selectionOf(
  definition: Definition,
  namespace: string | undefined,
  query: URLSearchParams,
): Selection {
  const labelSelector = query.get('labelSelector') ?? '';
  const fieldSelector = query.get('fieldSelector') ?? '';
  const labels = readSelector(labelSelector, parseLabelSelector);
  const fields = readSelector(fieldSelector, parseFieldSelector);
  const unsupported = unsupportedField(fields, definition);
  if (unsupported !== undefined) {
    throw badRequest(unsupportedFieldMessage(unsupported, definition));
  }
  return {
    namespace,
    labelSelector,
    fieldSelector,
    matches: (entry) =>
      (labelSelector === '' || matchesLabels(labels, entry.labels)) &&
      (fieldSelector === '' || matchesFields(fields, objectOf(entry))),
  };
}

export function hasSelection({ labelSelector, fieldSelector }: Selection): boolean {
  return labelSelector !== '' || fieldSelector !== '';
}

function readSelector<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}
