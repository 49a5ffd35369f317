import { expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { type Attributes, type RoleSource, isAllowed } from '../../../../scripts/sandbox/access/authorize.ts';
import { bootstrapRoles } from '../../../../scripts/sandbox/access/bootstrap-roles.ts';

/** A cluster as it is born, where the group `team` has been given one ClusterRole in `shop`. */
function cluster(teamRole?: string): RoleSource {
  const objects = bootstrapRoles();
  const named = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const team: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'team', namespace: 'shop' },
    subjects: [{ kind: 'Group', name: 'team' }],
    roleRef: { kind: 'ClusterRole', name: teamRole },
  };
  return {
    clusterRole: (name) => named('ClusterRole', name),
    role: () => undefined,
    clusterRoleBindings: () => objects.filter(({ kind }) => kind === 'ClusterRoleBinding'),
    roleBindings: (namespace) => (namespace === 'shop' && teamRole !== undefined ? [team] : []),
  };
}

const member = { name: 'ada', groups: ['team', 'system:authenticated'] };
const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

test.each<[string, Partial<Attributes>, string]>([
  ['list pods', { verb: 'list', resource: 'pods' }, 'view edit admin cluster-admin'],
  ['read logs', { verb: 'get', resource: 'pods', subresource: 'log' }, 'view edit admin cluster-admin'],
  ['list cronjobs', { verb: 'list', group: 'batch', resource: 'cronjobs' }, 'view edit admin cluster-admin'],
  ['read secrets', { verb: 'get', resource: 'secrets' }, 'edit admin cluster-admin'],
  ['exec', { verb: 'create', resource: 'pods', subresource: 'exec' }, 'edit admin cluster-admin'],
  [
    'scale',
    { verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale' },
    'edit admin cluster-admin',
  ],
  ['lock', { verb: 'create', group: 'coordination.k8s.io', resource: 'leases' }, 'edit admin cluster-admin'],
  [
    'bind roles',
    { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
    'admin cluster-admin',
  ],
  [
    'list snapshots',
    { verb: 'list', group: 'snapshot.storage.k8s.io', resource: 'volumesnapshots' },
    'cluster-admin',
  ],
  ['list pods elsewhere', { verb: 'list', resource: 'pods', namespace: 'bank' }, ''],
])('those who may %s', (_, attributes, expected) => {
  const allowed = ['view', 'edit', 'admin', 'cluster-admin'].filter((role) =>
    isAllowed(
      { user: member, verb: '', group: '', resource: '', namespace: 'shop', ...attributes },
      cluster(role),
    ),
  );
  expect(allowed.join(' ')).toBe(expected);
});

test.each([
  ['/healthz', true, true],
  ['/version', true, true],
  ['/apis/apps/v1', true, false],
  ['/openapi/v2', true, false],
  ['/metrics', false, false],
])('%s is open to those with a name: %s, to all: %s', (path, forMembers, forAnyone) => {
  const attributes = { verb: 'get', group: '', resource: '', path };
  expect(isAllowed({ ...attributes, user: member }, cluster())).toBe(forMembers);
  expect(isAllowed({ ...attributes, user: anonymous }, cluster())).toBe(forAnyone);
});

test('everyone with a name may ask what he may do', () => {
  const attributes = { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' };
  expect(isAllowed({ ...attributes, user: member }, cluster())).toBe(true);
  expect(isAllowed({ ...attributes, user: anonymous }, cluster())).toBe(false);
});

test('each call gives objects of its own', () => {
  const [first] = bootstrapRoles();
  Object.assign(first ?? {}, { rules: [] });
  expect(bootstrapRoles()[0]).not.toEqual(first);
});
