import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, type Testbed } from '../../scripts/testbed.ts';
import { programFolder } from '../support/program-folder.ts';

const quota = (namespace: string) => [
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { namespace, name: 'all' },
    spec: {
      hard: {
        pods: '10',
        'limits.cpu': '8',
        'limits.memory': '4Gi',
        'limits.ephemeral-storage': '8Gi',
        'requests.cpu': '2',
        'requests.memory': '2Gi',
        'requests.ephemeral-storage': '2Gi',
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { namespace, name: 'each' },
    spec: { limits: [{ type: 'Container', max: { cpu: '2', memory: '1Gi' } }] },
  },
];
const denial = (namespace: string) => [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name: 'deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  },
];

/** A namespace as careful people have it. The app is there before it is closed: it is not what is tested. */
export interface Place {
  readonly namespace: string;
  /** What the chart is told of such a namespace. */
  readonly values: Record<string, object>;
  readonly close: (bed: Testbed, namespace: string) => Promise<unknown>;
}

export type Narrowness = 'restricted' | 'quota' | 'deny';

export function placeOf(suite: string, narrowness: Narrowness): Place {
  return { namespace: `e2e-${suite}-${narrowness}`, ...narrow[narrowness] };
}

const narrow: Record<Narrowness, Omit<Place, 'namespace'>> = {
  restricted: {
    values: {},
    close: (bed: Testbed, namespace: string) =>
      bed.kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']),
  },
  quota: {
    values: {},
    close: (bed: Testbed, namespace: string) => apply(bed, ...quota(namespace)),
  },
  deny: {
    values: { networkPolicy: { enabled: true } },
    close: (bed: Testbed, namespace: string) => apply(bed, ...denial(namespace)),
  },
};

/** An admin of a namespace, who may work with its snapshots besides. */
export function tenantObjects(namespace: string): object[] {
  const subjects = [{ kind: 'ServiceAccount', name: 'ns-admin', namespace }];
  const apiGroup = 'rbac.authorization.k8s.io';
  const binding = (name: string, kind: string, role: string) => ({
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace, name },
    subjects,
    roleRef: { apiGroup, kind, name: role },
  });
  const rules = [{ apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots'], verbs: ['*'] }];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'ns-admin' } },
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata: { namespace, name: 'ns-snapshots' }, rules },
    binding('ns-admin', 'ClusterRole', 'admin'),
    binding('ns-snapshots', 'Role', 'ns-snapshots'),
  ];
}

/** The environment of a person who has `kubectl`. */
export async function withKubectl(bed: Testbed): Promise<Record<string, string>> {
  const { kubectl } = await bed.provider.programs();
  const folder = programFolder(mkdtempSync(join(tmpdir(), 'kubectl-')), { kubectl });
  return { KUBECONFIG: bed.kubeconfig, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
}
