import { namespaceList } from '../../settings/kubernetes-formats.ts';
import { labelSelector } from '../../settings/label-selector.ts';
import { optionalSetting } from '../../settings/setting.ts';

/** Where a command looks for snapshots. */
export function scopeTable(prefix: string) {
  return {
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
  readonly namespaces?: readonly string[] | undefined;
  readonly namespaceSelector?: string | undefined;
}

export function scopeProblems(
  prefix: string,
  { namespaces, namespaceSelector }: Partial<ScopeValues>,
): string[] {
  if (namespaces === undefined || namespaceSelector === undefined) return [];
  return [`${prefix}_NAMESPACES and ${prefix}_NAMESPACE_SELECTOR are both given; keep one`];
}
