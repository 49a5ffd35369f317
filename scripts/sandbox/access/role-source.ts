import type { Store } from '../storage/store.ts';
import type { RoleSource } from './authorize.ts';

const place = (plural: string): string => `rbac.authorization.k8s.io/${plural}`;

/** The Roles and bindings that are stored at this moment. */
export function storedRoles(store: Store): RoleSource {
  return {
    clusterRole: (name) => store.find(place('clusterroles'), undefined, name),
    role: (namespace, name) => store.find(place('roles'), namespace, name),
    clusterRoleBindings: () => store.all(place('clusterrolebindings')),
    roleBindings: (namespace) => store.all(place('rolebindings'), namespace),
  };
}
