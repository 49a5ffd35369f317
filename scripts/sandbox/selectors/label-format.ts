import type { LabelRequirement } from './label-requirement.ts';
import { type LabelSelectorObject, SelectorError, selectorFromObject } from './label-selector.ts';

/** `app=shop,tier in (cache,db)`, as kubectl shows it; '' for one that selects everything, or nothing. */
export function formatLabelSelector(selector: LabelSelectorObject | undefined): string {
  try {
    const { requirements } = selectorFromObject(selector ?? {});
    return requirements.toSorted(byKey).map(formatRequirement).join(',');
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}

/** `app=shop,tier=db` */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort().join(',') || '<none>';
}

function byKey(a: LabelRequirement, b: LabelRequirement): number {
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.toSorted().join(',')})`;
    case 'gt':
      return `${key}>${values.join()}`;
    case 'lt':
      return `${key}<${values.join()}`;
    case '=':
    case '==':
    case '!=':
      return `${key}${operator}${values.join()}`;
  }
}
