import { objectOf, type Entry } from '../storage/entry.ts';
import { badRequest } from './api-error.ts';
import type { Definition } from './definition.ts';
import { matchesFields, parseFieldSelector, unsupportedField } from './field-selector.ts';
import { objectFields, selectableFields } from './selectable-fields.ts';
import { matchesLabels, parseLabelSelector, SelectorError } from './label-selector.ts';

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
    throw badRequest(
      hasFieldsOfItsOwn(definition)
        ? `field label not supported: ${unsupported}`
        : `"${unsupported}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
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

/** Custom resources answer as the built-in ones that can be selected by more than their names. */
function hasFieldsOfItsOwn(definition: Definition): boolean {
  return definition.isCustom || selectableFields(definition) !== objectFields;
}
