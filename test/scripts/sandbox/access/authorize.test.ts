import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import {
  type Attributes,
  type RoleSource,
  denial,
  isAllowed,
} from '../../../../scripts/sandbox/access/authorize.ts';
import type { Rule } from '../../../../scripts/sandbox/access/rule.ts';

const backup = { name: 'system:serviceaccount:shop:backup', groups: ['system:serviceaccounts'] };
const request: Attributes = { user: backup, verb: 'get', group: '', resource: 'pods', namespace: 'shop' };

interface Grant {
  readonly binding?: 'ClusterRoleBinding' | 'RoleBinding';
  readonly namespace?: string;
  readonly roleKind?: string;
  readonly subjects?: readonly object[] | null;
  readonly rules?: readonly Rule[];
}

/** One binding to one role; by default a RoleBinding in `shop` that lets the ServiceAccount `backup` do everything. */
function roles(grant: Grant): RoleSource {
  const { binding = 'RoleBinding', namespace = 'shop', roleKind = 'ClusterRole' } = grant;
  const { subjects = [{ kind: 'ServiceAccount', name: 'backup', namespace: 'shop' }] } = grant;
  const { rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] } = grant;
  const role = { apiVersion: 'v1', kind: roleKind, metadata: { name: 'role' }, rules };
  const bound: KubeObject = {
    apiVersion: 'v1',
    kind: binding,
    metadata: { name: 'bound' },
    subjects,
    roleRef: { kind: roleKind, name: 'role' },
  };
  return {
    clusterRole: (name) => (roleKind === 'ClusterRole' && name === 'role' ? role : undefined),
    role: (where, name) => (roleKind === 'Role' && where === namespace && name === 'role' ? role : undefined),
    clusterRoleBindings: () => (binding === 'ClusterRoleBinding' ? [bound] : []),
    roleBindings: (where) => (binding === 'RoleBinding' && where === namespace ? [bound] : []),
  };
}

describe('a rule', () => {
  const core = { apiGroups: [''], verbs: ['get'] };
  test.each<[boolean, Partial<Rule>, Partial<Attributes>]>([
    [true, { resources: ['pods'] }, {}],
    [false, { resources: ['secrets'] }, {}],
    [false, { resources: ['pods'] }, { verb: 'list' }],
    [false, { resources: ['pods'], apiGroups: ['apps'] }, {}],
    [false, { resources: ['pods'], apiGroups: [] }, {}],
    [true, { resources: ['pods'], apiGroups: ['*'] }, { group: 'apps' }],
    [true, { resources: ['pods'], verbs: ['*'] }, { verb: 'patch' }],
    [true, { resources: ['*'] }, {}],
    [true, { resources: ['*'] }, { subresource: 'exec' }],
    [false, { resources: ['pods'] }, { subresource: 'exec' }],
    [true, { resources: ['pods/exec'] }, { subresource: 'exec' }],
    [false, { resources: ['pods/exec'] }, {}],
    [false, { resources: ['pods/*'] }, { subresource: 'exec' }],
    [true, { resources: ['*/exec'] }, { subresource: 'exec' }],
    [false, { resources: ['*/exec'] }, { subresource: 'log' }],
    [true, { resources: ['pods'], resourceNames: ['db-0'] }, { name: 'db-0' }],
    [false, { resources: ['pods'], resourceNames: ['db-0'] }, { name: 'db-1' }],
    [false, { resources: ['pods'], resourceNames: ['db-0'] }, {}],
    [true, { resources: ['pods'], resourceNames: [] }, { name: 'db-1' }],
    [false, { nonResourceURLs: ['*'] }, {}],
  ])('says %s: %j about %j', (expected, rule, attributes) => {
    const source = roles({ rules: [{ ...core, ...rule }] });
    expect(isAllowed({ ...request, ...attributes }, source)).toBe(expected);
  });

  test.each([
    ['/metrics', '/metrics', true],
    ['/metrics', '/metrics/cadvisor', false],
    ['/apis/*', '/apis/apps', true],
    ['/apis/*', '/apis', false],
    ['*', '/anything', true],
    ['/*/x', '/a/x', false],
  ])('for the path %s and a request for %s says %s', (pattern, path, expected) => {
    const rules = [{ nonResourceURLs: [pattern], verbs: ['get'] }];
    const attributes = { user: backup, verb: 'get', group: '', resource: '', path };
    expect(isAllowed(attributes, roles({ binding: 'ClusterRoleBinding', rules }))).toBe(expected);
  });

  test('for every resource says nothing about paths', () => {
    const attributes = { user: backup, verb: 'get', group: '', resource: '', path: '/metrics' };
    expect(isAllowed(attributes, roles({ binding: 'ClusterRoleBinding' }))).toBe(false);
  });
});

describe('a binding', () => {
  test.each<[boolean, Grant, Partial<Attributes>]>([
    [true, {}, {}],
    [false, {}, { namespace: 'bank' }],
    [false, {}, { namespace: undefined }],
    [true, { roleKind: 'Role' }, {}],
    [false, { roleKind: 'Robe' }, {}],
    [true, { binding: 'ClusterRoleBinding' }, { namespace: 'bank' }],
    [true, { binding: 'ClusterRoleBinding' }, { namespace: undefined }],
    [false, { binding: 'ClusterRoleBinding', roleKind: 'Role' }, {}],
    [false, { subjects: null }, {}],
  ])('says %s: %j about %j', (expected, grant, attributes) => {
    expect(isAllowed({ ...request, ...attributes }, roles(grant))).toBe(expected);
  });

  test.each([
    ['RoleBinding', { kind: 'ServiceAccount', name: 'backup' }, true],
    ['ClusterRoleBinding', { kind: 'ServiceAccount', name: 'backup' }, false],
    ['RoleBinding', { kind: 'ServiceAccount', name: 'backup', namespace: 'bank' }, false],
    ['RoleBinding', { kind: 'ServiceAccount', name: 'other' }, false],
    ['RoleBinding', { kind: 'User', name: 'system:serviceaccount:shop:backup' }, true],
    ['RoleBinding', { kind: 'User', name: 'backup' }, false],
    ['RoleBinding', { kind: 'Group', name: 'system:serviceaccounts' }, true],
    ['RoleBinding', { kind: 'Group', name: 'backup' }, false],
    ['RoleBinding', { kind: 'Robot', name: 'system:serviceaccount:shop:backup' }, false],
  ] as const)("%s of %j is for ServiceAccount 'backup' of 'shop': %s", (binding, subject, expected) => {
    expect(isAllowed(request, roles({ binding, subjects: [subject] }))).toBe(expected);
  });

  test('to a role that is gone grants nothing', () => {
    expect(isAllowed(request, { ...roles({}), clusterRole: () => undefined })).toBe(false);
  });
});

test('system:masters may do everything', () => {
  const user = { name: 'root', groups: ['system:masters'] };
  expect(isAllowed({ ...request, user }, roles({ subjects: [] }))).toBe(true);
});

const snapshots = { group: 'snapshot.storage.k8s.io', resource: 'volumesnapshots' };
test.each<[Partial<Attributes>, string]>([
  [
    { ...snapshots, verb: 'list' },
    'volumesnapshots.snapshot.storage.k8s.io is forbidden: User "system:serviceaccount:shop:backup" cannot list resource "volumesnapshots" in API group "snapshot.storage.k8s.io" in the namespace "shop"',
  ],
  [
    { user: { name: 'u', groups: [] }, subresource: 'exec', name: 'x' },
    'pods "x" is forbidden: User "u" cannot get resource "pods/exec" in API group "" in the namespace "shop"',
  ],
  [
    { user: { name: 'u', groups: [] }, namespace: undefined, name: '' },
    'pods is forbidden: User "u" cannot get resource "pods" in API group "" at the cluster scope',
  ],
  [
    { user: { name: 'u', groups: [] }, resource: '', namespace: undefined, path: '/metrics' },
    'forbidden: User "u" cannot get path "/metrics"',
  ],
  [
    { user: { name: '<a&b>', groups: [] }, resource: '', namespace: undefined, path: '/' },
    'forbidden: User "&lt;a&amp;b&gt;" cannot get path "/"',
  ],
])('the denial of %j is what the API server says', (attributes, message) => {
  expect(denial({ ...request, ...attributes })).toBe(message);
});
