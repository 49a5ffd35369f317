import { parseLabelRequirements } from './label-parser.ts';
import {
  type LabelOperator,
  type LabelRequirement,
  isInteger,
  labelRequirement,
} from './label-requirement.ts';
import { SelectorError } from './selector-error.ts';

export { SelectorError } from './selector-error.ts';

/** Matches what meets all of its requirements; without any, everything. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
}

/** `metav1.LabelSelector`, as it stands in the spec of a Deployment or a PersistentVolumeClaim. */
export interface LabelSelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/**
 * The selector of `?labelSelector=`, such as `app=shop,tier in (db, cache),!canary`.
 * @throws {SelectorError} with the message of the API server.
 */
export function parseLabelSelector(text: string): LabelSelector {
  return { requirements: parseLabelRequirements(text) };
}

const objectOperators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** @throws {SelectorError} with the message of `metav1.LabelSelectorAsSelector`. */
export function selectorFromObject(selector: LabelSelectorObject): LabelSelector {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    labelRequirement(key, '=', [value]),
  );
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    const known = Object.hasOwn(objectOperators, operator) ? objectOperators[operator] : undefined;
    if (!known) throw new SelectorError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    return labelRequirement(key, known, values);
  });
  return { requirements: [...labels, ...expressions] };
}

/** Runs once for each stored object of a list, so it allocates nothing. */
export function matchesLabels(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  for (const requirement of selector.requirements) {
    const value = labels?.[requirement.key];
    // What is not a string is inherited: `constructor` is a valid key of a label.
    if (!meets(requirement, typeof value === 'string' ? value : undefined)) return false;
  }
  return true;
}

function meets({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
      return value !== undefined && isInteger(value) && BigInt(value) > BigInt(values[0] ?? '');
    case 'lt':
      return value !== undefined && isInteger(value) && BigInt(value) < BigInt(values[0] ?? '');
  }
}
