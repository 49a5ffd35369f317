import type { KubeObject } from '../../../src/kube/object.ts';
import { userFacingRules } from './bootstrap-rules.ts';
import type { Rule } from './rule.ts';

/**
 * The ClusterRoles and ClusterRoleBindings that every cluster is born with, as far as people and programs use them;
 * those of Kubernetes' own components are left out. Source: `bootstrappolicy/policy.go` of Kubernetes 1.36.
 */
export function bootstrapRoles(): KubeObject[] {
  return [
    ...Object.entries(userFacingRules).map(([name, rules]) => clusterRole(name, rules)),
    clusterRole('cluster-admin', [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ]),
    clusterRoleBinding('cluster-admin', ['system:masters']),
    clusterRole('system:basic-user', [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: ['create'],
      },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ]),
    clusterRoleBinding('system:basic-user', ['system:authenticated']),
    clusterRole('system:discovery', [{ nonResourceURLs: [...apiPaths, ...publicPaths], verbs: ['get'] }]),
    clusterRoleBinding('system:discovery', ['system:authenticated']),
    clusterRole('system:public-info-viewer', [{ nonResourceURLs: publicPaths, verbs: ['get'] }]),
    clusterRoleBinding('system:public-info-viewer', ['system:authenticated', 'system:unauthenticated']),
  ];
}

const apiPaths = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

function clusterRole(name: string, rules: readonly Rule[]): KubeObject {
  return { ...base('ClusterRole', name), rules: structuredClone(rules) };
}

function clusterRoleBinding(name: string, groups: readonly string[]): KubeObject {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    ...base('ClusterRoleBinding', name),
    roleRef: { apiGroup, kind: 'ClusterRole', name },
    subjects: groups.map((group) => ({ apiGroup, kind: 'Group', name: group })),
  };
}

function base(kind: string, name: string): KubeObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: {
      name,
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
    },
  };
}
