import { labelKeyProblems, labelValueProblems } from './label-syntax.ts';
import { SelectorError } from './selector-error.ts';

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One of the conditions that a selector joins with "and". */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** @throws {SelectorError} with the words of `labels.NewRequirement`. */
export function labelRequirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
): LabelRequirement {
  const problems = [
    ...invalid('key', key, labelKeyProblems(key)),
    ...countProblems(operator, values),
    ...values.flatMap((value, at) => invalid(`values[${at}][${key}]`, value, labelValueProblems(value))),
  ];
  if (problems.length > 0)
    throw new SelectorError(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  return { key, operator, values };
}

/** A `field.Invalid` of the API server as text; none when there is no problem. */
export function invalid(field: string, value: unknown, problems: readonly string[]): string[] {
  return problems.length === 0
    ? []
    : [`${field}: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`];
}

function countProblems(operator: LabelOperator, values: readonly string[]): string[] {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0
        ? []
        : // Go prints an empty list of values as `null`.
          invalid('values', null, ["for 'in', 'notin' operators, values set can't be empty"]);
    case 'exists':
    case '!':
      return values.length === 0
        ? []
        : invalid('values', values, ['values set must be empty for exists and does not exist']);
    case 'gt':
    case 'lt':
      return values.flatMap((value, at) =>
        isInteger(value)
          ? []
          : invalid(`values[${at}]`, value, ["for 'Gt', 'Lt' operators, the value must be an integer"]),
      );
    case '=':
    case '==':
    case '!=':
      return [];
  }
}

const largestInteger = 2n ** 63n - 1n;

/** Whether Go's `strconv.ParseInt` takes it; a sign never gets this far, being no label value. */
export function isInteger(text: string): boolean {
  return /^\d+$/.test(text) && BigInt(text) <= largestInteger;
}
