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

/** Namespaces as careful people have them. The app is there before: it is not what is tested. */
export const placesOfCharts = [
  {
    namespace: 'e2e-chart-restricted',
    values: {},
    close: (bed: Testbed, namespace: string) =>
      bed.kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']),
  },
  {
    namespace: 'e2e-chart-quota',
    values: {},
    close: (bed: Testbed, namespace: string) => apply(bed, ...quota(namespace)),
  },
  {
    namespace: 'e2e-chart-deny',
    values: { networkPolicy: { enabled: true } },
    close: (bed: Testbed, namespace: string) => apply(bed, ...denial(namespace)),
  },
];

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
