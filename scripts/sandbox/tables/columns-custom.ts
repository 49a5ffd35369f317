import { ageOf } from './human-duration.ts';
import { type Column, column } from './table-column.ts';
import { valueAt } from '../value-at.ts';

/** A column of a CustomResourceDefinition; its `jsonPath` has no filters and no indices here. */
export function customColumn(name: string, type: string, jsonPath: string, description?: string): Column {
  const path = jsonPath.split('.').slice(1);
  return column(name, (object, now) => customCell(type, valueAt(object, path), now), {
    type,
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
  });
}

/** The age of a custom resource: the API server takes it, other than that of its own kinds, for a date. */
export const customAgeColumn = customColumn('Age', 'date', '.metadata.creationTimestamp');

/** Source: `cellForJSONValue` of apiextensions-apiserver. What does not fit the type of its column is null. */
function customCell(type: string, value: unknown, now: Date): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageOf(value, now);
    default:
      return typeof value === type ? value : null;
  }
}
