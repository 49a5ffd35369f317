import type { KubeObject } from '../../../src/kube/object.ts';
import { ageColumn, type Column, column, nameColumn } from './table-column.ts';

interface Data extends KubeObject {
  readonly type?: string;
  readonly data?: object;
  readonly binaryData?: object;
}

function size(map: object | undefined): number {
  return Object.keys(map ?? {}).length;
}

export const configMapColumns: readonly Column[] = [
  nameColumn,
  column('Data', ({ data, binaryData }: Data) => size(data) + size(binaryData)),
  ageColumn,
];

export const secretColumns: readonly Column[] = [
  nameColumn,
  column('Type', ({ type }: Data) => type ?? ''),
  column('Data', ({ data }: Data) => size(data)),
  ageColumn,
];

interface Namespace extends KubeObject {
  readonly status?: { readonly phase?: string };
}

export const namespaceColumns: readonly Column[] = [
  nameColumn,
  column('Status', ({ status }: Namespace) => status?.phase ?? '', {
    description: 'The status of the namespace',
  }),
  ageColumn,
];

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string };
}

export const leaseColumns: readonly Column[] = [
  nameColumn,
  column('Holder', ({ spec }: Lease) => spec?.holderIdentity ?? ''),
  ageColumn,
];
