import { namespaceList } from '../../settings/kubernetes-formats.ts';
import { labelSelector } from '../../settings/label-selector.ts';
import { boolean } from '../../settings/formats.ts';
import { flag, optionalSetting } from '../../settings/setting.ts';
import { namespaceFlag } from '../settings.ts';

/** Where a command looks for snapshots: a CronJob by variables, a person by flags, as `list` has them. */
export function scopeTable(prefix: string) {
  return {
    namespace: {
      ...namespaceFlag,
      description:
        'The namespace, whatever variables say of several ones (default: at a terminal that of the context)',
    },
    allNamespaces: flag(
      'all-namespaces',
      boolean,
      'Of all namespaces, regardless of -n and of variables',
      'A',
    ),
    namespaces: optionalSetting(
      `${prefix}_NAMESPACES`,
      namespaceList,
      'The namespaces whose snapshots are looked at (default: all, which needs a ClusterRole; an account that may look at one only has to name it)',
    ),
    namespaceSelector: optionalSetting(
      `${prefix}_NAMESPACE_SELECTOR`,
      labelSelector,
      'The labels of the namespaces whose snapshots are looked at, as in kubectl get -l',
    ),
  };
}

interface ScopeValues {
  readonly namespace?: string | undefined;
  readonly allNamespaces?: boolean | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly namespaceSelector?: string | undefined;
}

/** What is typed wins over variables, but of two flags none wins over the other: `-A` alone does so over `-n`, as it says. */
export function scopeProblems(
  prefix: string,
  { namespaces, namespaceSelector }: Partial<ScopeValues>,
  typed: ReadonlySet<string>,
): string[] {
  if (namespaces !== undefined && namespaceSelector !== undefined)
    return [`${prefix}_NAMESPACES and ${prefix}_NAMESPACE_SELECTOR are both given; keep one`];
  const one = shortFlags.find(([key]) => typed.has(key));
  const other = longFlags.find(([key]) => typed.has(key));
  return one && other ? [`${one[1]} and ${other[1]} are both given; keep one`] : [];
}

const shortFlags = [
  ['namespace', '--namespace'],
  ['allNamespaces', '--all-namespaces'],
] as const;
const longFlags = [
  ['namespaces', '--namespaces'],
  ['namespaceSelector', '--namespace-selector'],
] as const;

export interface GivenScope {
  /** Undefined are all. */
  readonly namespaces: readonly string[] | undefined;
  readonly namespaceSelector: string | undefined;
  /** Whether it was said, and is not the default. */
  readonly isSaid: boolean;
}

/** What is typed wins over variables. */
export function scopeOf({
  namespace,
  allNamespaces = false,
  namespaces,
  namespaceSelector,
}: ScopeValues): GivenScope {
  if (allNamespaces) return { namespaces: undefined, namespaceSelector: undefined, isSaid: true };
  if (namespace !== undefined) return { namespaces: [namespace], namespaceSelector: undefined, isSaid: true };
  const isSaid = namespaces !== undefined || namespaceSelector !== undefined;
  return { namespaces, namespaceSelector, isSaid };
}
