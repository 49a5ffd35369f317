import type { Attributes, User } from './authorize.ts';
import { groupsOfServiceAccount } from './tokens.ts';

/** Whom a request with `--as` stands for; `demand` throws when its user may not. */
export function impersonated(
  user: User,
  headers: NodeJS.Dict<string[]>,
  demand: (attributes: Attributes) => void,
): User {
  const [name] = headers['impersonate-user'] ?? [];
  const groups = headers['impersonate-group'] ?? [];
  if (name === undefined) return user;
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  const act = { user, verb: 'impersonate', group: '' };
  if (namespace === undefined) demand({ ...act, resource: 'users', name });
  else demand({ ...act, resource: 'serviceaccounts', namespace, name: account });
  for (const group of groups) demand({ ...act, resource: 'groups', name: group });
  const implied = namespace === undefined || groups.length > 0 ? [] : groupsOfServiceAccount(namespace);
  return { name, groups: [...implied, ...groups, 'system:authenticated'] };
}
