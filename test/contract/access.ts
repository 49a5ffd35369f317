import { beforeAll, describe, expect, test } from 'vitest';
import { configMaps, volumeSnapshots } from '../../src/kube/resources.ts';
import { account, bind, mayI, newIdentity, type Identity } from './identities.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

/** Who one is, and what is refused to whoever may nothing. */
export function accessContract(server: () => ContractServer): void {
  describe('who may nothing', () => {
    const place = new Place(server, 'nobody');
    let nobody: Identity;

    beforeAll(async () => {
      nobody = await newIdentity(place);
    });

    const core = 'in API group ""';
    const snapshots = 'volumesnapshots.snapshot.storage.k8s.io';
    const snapshotGroup = 'in API group "snapshot.storage.k8s.io"';
    const snapshotApi = '/apis/snapshot.storage.k8s.io/v1';

    test.each([
      ['GET', '/configmaps/a', 'configmaps "a"', `get resource "configmaps" ${core}`],
      ['GET', '/configmaps', 'configmaps', `list resource "configmaps" ${core}`],
      ['GET', '/configmaps?watch=1', 'configmaps', `watch resource "configmaps" ${core}`],
      ['POST', '/configmaps', 'configmaps', `create resource "configmaps" ${core}`],
      ['PUT', '/configmaps/a', 'configmaps "a"', `update resource "configmaps" ${core}`],
      ['PATCH', '/configmaps/a', 'configmaps "a"', `patch resource "configmaps" ${core}`],
      ['DELETE', '/configmaps/a', 'configmaps "a"', `delete resource "configmaps" ${core}`],
      ['DELETE', '/configmaps', 'configmaps', `deletecollection resource "configmaps" ${core}`],
      ['GET', '/pods/p/exec?command=id', 'pods "p"', `get resource "pods/exec" ${core}`],
      ['GET', '/pods/p/log', 'pods "p"', `get resource "pods/log" ${core}`],
      ['GET', '/gizmos', 'gizmos', `list resource "gizmos" ${core}`],
    ])('is told so in a namespace: %s %s', async (method, path, what, act) => {
      const { namespace } = place;
      const url = `/api/v1/namespaces/${namespace}${path}`;
      const answer = await place.server.request(method, url, { token: nobody.token, body: undefined });
      const message = `${what} is forbidden: User "${nobody.user}" cannot ${act} in the namespace "${namespace}"`;
      expect(answer).toMatchObject(refusal(403, 'Forbidden', message));
    });

    test.each([
      ['/api/v1/configmaps', 'configmaps', `list resource "configmaps" ${core}`],
      ['/api/v1/namespaces', 'namespaces', `list resource "namespaces" ${core}`],
      [`${snapshotApi}/volumesnapshots`, snapshots, `list resource "volumesnapshots" ${snapshotGroup}`],
      [
        `${snapshotApi}/volumesnapshotcontents/x`,
        'volumesnapshotcontents.snapshot.storage.k8s.io "x"',
        `get resource "volumesnapshotcontents" ${snapshotGroup}`,
      ],
    ])('is told so at the cluster scope: %s', async (path, what, act) => {
      const answer = await place.server.request('GET', path, { token: nobody.token });
      const message = `${what} is forbidden: User "${nobody.user}" cannot ${act} at the cluster scope`;
      expect(answer).toMatchObject(refusal(403, 'Forbidden', message));
    });

    test('is told so of custom resources, with details', async () => {
      const { namespace } = place;
      const path = `${place.path(volumeSnapshots, 'x')}/status`;
      const contentType = 'application/merge-patch+json';
      const answer = await place.server.request('PATCH', path, {
        token: nobody.token,
        body: {},
        contentType,
      });
      const act = `patch resource "volumesnapshots/status" ${snapshotGroup} in the namespace "${namespace}"`;
      expect(answer).toMatchObject(
        refusal(403, 'Forbidden', `${snapshots} "x" is forbidden: User "${nobody.user}" cannot ${act}`),
      );
      const details = { name: 'x', group: 'snapshot.storage.k8s.io', kind: 'volumesnapshots' };
      expect(answer.body.details).toEqual(details);
    });

    test('finds its own namespace named in the refusal to read it', async () => {
      const { namespace } = place;
      const answer = await place.server.request('GET', `/api/v1/namespaces/${namespace}`, {
        token: nobody.token,
      });
      const act = `get resource "namespaces" ${core} in the namespace "${namespace}"`;
      expect(answer.body.message).toBe(
        `namespaces "${namespace}" is forbidden: User "${nobody.user}" cannot ${act}`,
      );
    });

    test('is refused before the body is looked at', async () => {
      const path = place.path(configMaps);
      const answer = await place.server.request('POST', path, { token: nobody.token, body: '{' });
      expect(answer.status).toBe(403);
    });

    test('may see the version and what kinds there are, and ask what it may', async () => {
      const { token } = nobody;
      expect((await place.server.request('GET', '/version', { token })).body.major).toBe('1');
      const discovery = await place.server.request('GET', '/api/v1', { token });
      expect(discovery.body.resources.map(({ name }: { name: string }) => name)).toContain('configmaps');
      expect(await mayI(place, nobody, { verb: 'get', resource: 'configmaps' })).toBe(false);
    });

    test('may not see other paths', async () => {
      const answer = await place.server.request('GET', '/metrics', { token: nobody.token });
      expect(answer).toMatchObject(
        refusal(403, 'Forbidden', `forbidden: User "${nobody.user}" cannot get path "/metrics"`),
      );
    });

    test('is told of a bound role that does not exist', async () => {
      const lost = await newIdentity(place);
      await bind(place, 'RoleBinding', account(place, lost), { kind: 'Role', name: 'missing' });
      const path = place.path(configMaps, 'a');
      const why = 'RBAC: role.rbac.authorization.k8s.io "missing" not found';
      const end = `in the namespace "${place.namespace}": ${why}`;
      await expect
        .poll(async () => (await place.server.request('GET', path, { token: lost.token })).body.message)
        .toMatch(new RegExp(`${end}$`));
    });
  });

  describe('who one is', () => {
    const place = new Place(server, 'who');
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };

    test('is in a SelfSubjectReview', async () => {
      const { token, user } = await newIdentity(place);
      const answer = await place.server.request('POST', path, { body, token });
      expect(answer).toMatchObject({
        status: 201,
        body: {
          status: {
            userInfo: {
              username: user,
              groups: [
                'system:serviceaccounts',
                `system:serviceaccounts:${place.namespace}`,
                'system:authenticated',
              ],
            },
          },
        },
      });
    });

    test('is unknown with a wrong token, even where everybody may', async () => {
      for (const path of [place.path(configMaps), '/version']) {
        expect(await place.server.request('GET', path, { token: 'wrong' })).toMatchObject(
          refusal(401, 'Unauthorized', 'Unauthorized'),
        );
      }
    });

    test('is anonymous without a token', async () => {
      const { namespace } = place;
      const answer = await place.server.request('GET', place.path(configMaps), { token: '' });
      const act = `list resource "configmaps" in API group "" in the namespace "${namespace}"`;
      expect(answer).toMatchObject(
        refusal(403, 'Forbidden', `configmaps is forbidden: User "system:anonymous" cannot ${act}`),
      );
      expect((await place.server.request('GET', '/version', { token: '' })).status).toBe(200);
    });
  });
}
