import type { KubeObject } from '../../../src/kube/object.ts';
import type { Condition } from './pod-shape.ts';
import { ageColumn, type Column, column, nameColumn, wideColumn } from './table-column.ts';

interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: {
      readonly kubeletVersion?: string;
      readonly osImage?: string;
      readonly kernelVersion?: string;
      readonly containerRuntimeVersion?: string;
      readonly architecture?: string;
    };
  };
}

/** Source: `printNode` of `pkg/printers/internalversion`. */
export const nodeColumns: readonly Column[] = [
  nameColumn,
  column('Status', nodeStatus, { description: 'The status of the node' }),
  column('Roles', roles, { description: 'The roles of the node' }),
  ageColumn,
  column('Version', ({ status }: Node) => status?.nodeInfo?.kubeletVersion ?? ''),
  wideColumn('Internal-IP', (node: Node) => address(node, 'InternalIP')),
  wideColumn('External-IP', (node: Node) => address(node, 'ExternalIP')),
  wideColumn('OS-Image', ({ status }: Node) => status?.nodeInfo?.osImage || '<unknown>'),
  wideColumn('Kernel-Version', kernel),
  wideColumn(
    'Container-Runtime',
    ({ status }: Node) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
  ),
];

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = 'node-role.kubernetes.io/';

function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.slice(rolePrefix.length) || [];
    return key === 'kubernetes.io/role' && value !== '' ? value : [];
  });
  return [...new Set(found)].sort().join(',') || '<none>';
}

function address({ status }: Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
}

function kernel({ status }: Node): string {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  return (kernelVersion || '<unknown>') + (architecture ? ` (${architecture})` : '');
}
