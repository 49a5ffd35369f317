import type { Resource } from '../../src/kube/resources.ts';
import { systemRandom } from '../../src/core/system.ts';
import { Place, until } from './support.ts';

export interface Identity {
  readonly name: string;
  /** As refusals have it. */
  readonly user: string;
  readonly token: string;
}

export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

const serviceAccounts: Resource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
};
const rbac = 'rbac.authorization.k8s.io';
const rbacResource = (plural: string, kind: string): Resource => ({
  group: rbac,
  version: 'v1',
  plural,
  kind,
});
const apiVersion = `${rbac}/v1`;

/** A new service account of the place's namespace, which may do nothing of its own. */
export async function newIdentity(place: Place): Promise<Identity> {
  const name = `account-${systemRandom.id(6)}`;
  await place.create(serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  const path = place.path(serviceAccounts, name, {}, 'token');
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 600 },
  };
  const answer = await place.server.request('POST', path, { body });
  const user = `system:serviceaccount:${place.namespace}:${name}`;
  return { name, user, token: answer.body.status.token };
}

/** By a Role and a RoleBinding, or by the ClusterRole of that name and a RoleBinding. */
export async function grant(place: Place, subject: object, rules: readonly Rule[] | string): Promise<void> {
  const isClusterRole = typeof rules === 'string';
  const name = isClusterRole ? rules : `role-${systemRandom.id(6)}`;
  if (!isClusterRole) {
    await place.create(rbacResource('roles', 'Role'), {
      apiVersion,
      kind: 'Role',
      metadata: { name },
      rules,
    });
  }
  await bind(place, 'RoleBinding', subject, { kind: isClusterRole ? 'ClusterRole' : 'Role', name });
}

/** Runs with a ClusterRole, given its name; takes it away afterwards, and what was bound to it everywhere. */
export async function withClusterRole(
  place: Place,
  rules: readonly Rule[],
  run: (name: string) => Promise<void>,
): Promise<void> {
  const name = `contract-${systemRandom.id(8)}`;
  const roles = rbacResource('clusterroles', 'ClusterRole');
  await place.create(roles, { apiVersion, kind: 'ClusterRole', metadata: { name }, rules });
  try {
    await run(name);
  } finally {
    await place.delete(rbacResource('clusterrolebindings', 'ClusterRoleBinding'), name);
    await place.delete(roles, name);
  }
}

export async function grantEverywhere(place: Place, subject: object, clusterRole: string): Promise<void> {
  await bind(place, 'ClusterRoleBinding', subject, { kind: 'ClusterRole', name: clusterRole });
}

/** A binding has the name of its role. A role that does not exist is bound without a word. */
export async function bind(
  place: Place,
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  subject: object,
  role: { kind: string; name: string },
): Promise<void> {
  await place.create(rbacResource(`${kind.toLowerCase()}s`, kind), {
    apiVersion,
    kind,
    metadata: { name: role.name },
    roleRef: { apiGroup: rbac, ...role },
    subjects: [subject],
  });
}

export function account(place: Place, { name }: Identity): object {
  return { kind: 'ServiceAccount', namespace: place.namespace, name };
}

/** Every service account of the place's namespace. */
export function accountsOf({ namespace }: Place): object {
  return { kind: 'Group', apiGroup: rbac, name: `system:serviceaccounts:${namespace}` };
}

/** What SelfSubjectAccessReview says; `attributes` are of a resource, in the place's namespace unless they say other. */
export async function mayI(place: Place, { token }: Identity, attributes: object): Promise<boolean> {
  const resourceAttributes = { namespace: place.namespace, ...attributes };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const answer = await place.server.request('POST', path, { body, token });
  return answer.body.status.allowed;
}

/** An API server takes a moment to learn of new roles and bindings. */
export async function untilAllowed(place: Place, identity: Identity, attributes: object): Promise<void> {
  await until(
    () => `${identity.user} to be allowed ${JSON.stringify(attributes)}`,
    async () => (await mayI(place, identity, attributes)) || undefined,
  );
}

export function configMapRule(verbs: readonly string[], more: Partial<Rule> = {}): Rule {
  return { apiGroups: [''], resources: ['configmaps'], verbs, ...more };
}

/** A new identity with a role of these rules, once they hold: when it may do what is `known` of them. */
export async function granted(place: Place, rules: readonly Rule[], known: object): Promise<Identity> {
  const identity = await newIdentity(place);
  await grant(place, account(place, identity), rules);
  await untilAllowed(place, identity, known);
  return identity;
}

/** Gives the status of a request, by its method and path. */
export function asker(place: Place, { token }: Identity) {
  return async (method: string, path: string, body?: unknown, contentType?: string): Promise<number> => {
    const options = { token, body, ...(contentType && { contentType }) };
    return (await place.server.request(method, path, options)).status;
  };
}
