import type { KubeObject } from '../../src/kube/object.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import { clusterRoleBindings, clusterRoles, serviceAccounts } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';

/** Verbs by the plural of each resource, of the core, of Jobs, of the CSI snapshots and their groups, or of leases. */
export type Rights = Readonly<Record<string, readonly string[]>>;

/** Makes a service account that may do this in all namespaces, and nothing else. */
export function clusterAccount({ objects }: Sandbox, name: string, rights: Rights): Account {
  const manifest = (kind: string): KubeObject => ({ apiVersion: '', kind, metadata: { name } });
  const serviceAccount = { namespace: 'default', name };
  objects.create(serviceAccounts, serviceAccount.namespace, manifest('ServiceAccount'));
  const rules = Object.entries(rights).map(([resource, verbs]) => ({
    apiGroups: [
      '',
      'batch',
      'snapshot.storage.k8s.io',
      'groupsnapshot.storage.k8s.io',
      'coordination.k8s.io',
    ],
    resources: [resource],
    verbs,
  }));
  objects.create(clusterRoles, undefined, { ...manifest('ClusterRole'), rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
  const subjects = [{ kind: 'ServiceAccount', ...serviceAccount }];
  objects.create(clusterRoleBindings, undefined, { ...manifest('ClusterRoleBinding'), roleRef, subjects });
  return { serviceAccount };
}
