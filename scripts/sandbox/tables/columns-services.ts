import type { KubeObject } from '../../../src/kube/object.ts';
import { formatLabels } from '../selectors/label-format.ts';
import { ageColumn, type Column, column, nameColumn, wideColumn } from './table-column.ts';

interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly ports?: readonly {
      readonly port: number;
      readonly nodePort?: number;
      readonly protocol?: string;
    }[];
    readonly selector?: Record<string, string>;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

/** Source: `printService` of `pkg/printers/internalversion`. */
export const serviceColumns: readonly Column[] = [
  nameColumn,
  column('Type', ({ spec }: Service) => spec?.type ?? ''),
  column('Cluster-IP', ({ spec }: Service) => spec?.clusterIPs?.[0] ?? (spec?.clusterIP || '<none>')),
  column('External-IP', externalIP),
  column('Port(s)', ports),
  ageColumn,
  wideColumn('Selector', ({ spec }: Service) => formatLabels(spec?.selector)),
];

function externalIP({ spec, status }: Service): string {
  const fixed = spec?.externalIPs ?? [];
  switch (spec?.type ?? '') {
    case 'ClusterIP':
    case 'NodePort':
      return fixed.join(',') || '<none>';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
      const given = [...new Set(ingress.filter(Boolean))].sort();
      return [...given, ...fixed].join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec?.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function ports({ spec }: Service): string {
  const all = (spec?.ports ?? []).map(
    ({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
  );
  return all.join(',') || '<none>';
}
