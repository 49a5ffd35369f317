import type { KubeObject } from '../../../src/kube/object.ts';
import { ageColumn, type Column, column, nameColumn, wideColumn } from './table-column.ts';

interface Binding extends KubeObject {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

/** Of RoleBindings and ClusterRoleBindings. */
export const bindingColumns: readonly Column[] = [
  nameColumn,
  column('Role', ({ roleRef }: Binding) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`),
  ageColumn,
  wideColumn('Users', (binding: Binding) => names(binding, 'User')),
  wideColumn('Groups', (binding: Binding) => names(binding, 'Group')),
  wideColumn('ServiceAccounts', ({ subjects = [] }: Binding) =>
    subjects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ namespace = '', name }) => `${namespace}/${name}`)
      .join(', '),
  ),
];

function names({ subjects = [] }: Binding, wanted: string): string {
  return subjects
    .filter(({ kind }) => kind === wanted)
    .map(({ name }) => name)
    .join(', ');
}
