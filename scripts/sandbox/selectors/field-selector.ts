import type { KubeObject } from '../../../src/kube/object.ts';
import type { Resource } from '../../../src/kube/resources.ts';
import { isBuiltInGroup } from '../patches/built-in-groups.ts';
import { fieldReader, objectFields, selectableFields } from './selectable-fields.ts';
import { SelectorError } from './selector-error.ts';

interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly isNegated: boolean;
  readonly read: (object: KubeObject) => unknown;
}

/** Matches what meets all of its terms; without any, everything. */
export interface FieldSelector {
  readonly terms: readonly FieldTerm[];
}

/**
 * The selector of `?fieldSelector=`, such as `metadata.name=a,status.phase!=Running`. Terms are sorted, as upstream
 * sorts them: it decides which of several unsupported fields an error names.
 * @throws {SelectorError} with the message of `fields.ParseSelector`.
 */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = (text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? []).sort();
  return {
    terms: terms
      .map((term) => parseTerm(text, term))
      // `=` alone says nothing: upstream drops it.
      .filter(({ field, value }) => field !== '' || value !== ''),
  };
}

function parseTerm(selector: string, term: string): FieldTerm {
  const parts = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (!parts) throw new SelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field = '', operator, value = ''] = parts;
  return { field, value: unescape(value), isNegated: operator === '!=', read: fieldReader(field) };
}

function unescape(value: string): string {
  return value.replace(/\\(.?)|[,=]/gsu, (sequence, escaped: string | undefined) => {
    if (escaped === undefined)
      throw new SelectorError(
        // Go prints the rune as a number.
        `invalid field selector: unescaped character in value: ${sequence.codePointAt(0)}`,
      );
    if (escaped === '' || !'\\,='.includes(escaped))
      throw new SelectorError(`invalid field selector: invalid escape sequence: ${sequence}`);
    return escaped;
  });
}

export function matchesFields(selector: FieldSelector, object: KubeObject): boolean {
  for (const { read, value, isNegated } of selector.terms)
    if ((textOf(read(object)) === value) === isNegated) return false;
  return true;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The first field of the selector that objects of this resource cannot be selected by. */
export function unsupportedField(
  selector: FieldSelector,
  resource: Pick<Resource, 'group' | 'plural'>,
): string | undefined {
  const fields = selectableFields(resource);
  return selector.terms.find(({ field }) => !fields.includes(field))?.field;
}

/** What the API server answers with 400 about such a field. */
export function unsupportedFieldMessage(field: string, resource: Pick<Resource, 'group' | 'plural'>): string {
  if (resource.group === 'batch' && resource.plural === 'jobs')
    return `field label ${JSON.stringify(field)} not supported for Job`;
  return selectableFields(resource) === objectFields && isBuiltInGroup(resource.group)
    ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${field}`;
}
