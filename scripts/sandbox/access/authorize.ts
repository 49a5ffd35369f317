import type { KubeObject } from '../../../src/kube/object.ts';
import type { Attributes } from './attributes.ts';
import { type Rule, ruleAllows } from './rule.ts';
import { type Subject, appliesTo } from './subject.ts';

export type { Attributes, User } from './attributes.ts';

/** Where the authorizer reads roles and bindings; an answer of undefined grants nothing. */
export interface RoleSource {
  clusterRole(name: string): KubeObject | undefined;
  role(namespace: string, name: string): KubeObject | undefined;
  clusterRoleBindings(): Iterable<KubeObject>;
  roleBindings(namespace: string): Iterable<KubeObject>;
}

/** Decides as the API server does with `--authorization-mode=RBAC`. */
export function isAllowed(attributes: Attributes, roles: RoleSource): boolean {
  if (attributes.user.groups.includes('system:masters')) return true;
  for (const binding of roles.clusterRoleBindings())
    if (bindingAllows(binding, undefined, attributes, roles)) return true;
  const { namespace, path } = attributes;
  if (!namespace || path !== undefined) return false;
  for (const binding of roles.roleBindings(namespace))
    if (bindingAllows(binding, namespace, attributes, roles)) return true;
  return false;
}

interface RoleBinding {
  readonly subjects?: readonly Subject[] | null;
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

/** `namespace` is that of a RoleBinding. */
function bindingAllows(
  binding: KubeObject,
  namespace: string | undefined,
  attributes: Attributes,
  roles: RoleSource,
): boolean {
  const { subjects, roleRef } = binding as RoleBinding;
  if (!roleRef || !subjects?.some((subject) => appliesTo(subject, attributes.user, namespace))) return false;
  const role = roleOf(roleRef, namespace, roles);
  const rules = (role?.rules ?? []) as readonly Rule[];
  return rules.some((rule) => ruleAllows(rule, attributes));
}

/** What the API server adds to a denial: the roles that were granted and are not there. */
export function missingRoles({ user, namespace }: Attributes, roles: RoleSource): string[] {
  const missing = (bindings: Iterable<KubeObject>, within: string | undefined): string[] =>
    [...bindings].flatMap((binding) => {
      const { subjects, roleRef } = binding as RoleBinding;
      if (!roleRef || !subjects?.some((subject) => appliesTo(subject, user, within))) return [];
      if (roleOf(roleRef, within, roles)) return [];
      return [
        `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`,
      ];
    });
  return [
    ...missing(roles.clusterRoleBindings(), undefined),
    ...(namespace ? missing(roles.roleBindings(namespace), namespace) : []),
  ];
}

function roleOf(
  { kind, name }: { readonly kind: string; readonly name: string },
  namespace: string | undefined,
  roles: RoleSource,
): KubeObject | undefined {
  if (kind === 'ClusterRole') return roles.clusterRole(name);
  return kind === 'Role' && namespace !== undefined ? roles.role(namespace, name) : undefined;
}

/** The message of the 403 that the API server answers: `ForbiddenStatusError` in its handlers. */
export function denial(attributes: Attributes, missing: readonly string[] = []): string {
  const { group, resource, name } = attributes;
  const more =
    missing.length === 1
      ? `: RBAC: ${missing[0]}`
      : missing.length > 1
        ? `: RBAC: [${missing.join(', ')}]`
        : '';
  const reason = withoutMarkup(denialReason(attributes)) + more;
  if (attributes.path !== undefined) return `forbidden: ${reason}`;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return name
    ? `${qualified} ${JSON.stringify(name)} is forbidden: ${reason}`
    : `${qualified} is forbidden: ${reason}`;
}

function denialReason({ user, verb, group, resource, subresource, namespace, path }: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (path !== undefined) return `${who} path ${JSON.stringify(path)}`;
  const what = JSON.stringify(subresource ? `${resource}/${subresource}` : resource);
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  return `${who} resource ${what} in API group ${JSON.stringify(group)} ${where}`;
}

/** The API server keeps its errors from looking like HTML. */
function withoutMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
