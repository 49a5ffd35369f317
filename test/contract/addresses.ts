import { describe, expect, test } from 'vitest';
import { configMaps, volumeSnapshots } from '../../src/kube/resources.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

export function addressesContract(server: () => ContractServer): void {
  describe('an address', () => {
    const place = new Place(server, 'addresses');
    const get = (path: string) => place.server.request('GET', path);
    const unknown = refusal(404, 'NotFound', 'the server could not find the requested resource');

    test('of an unknown resource is not found', async () => {
      expect(await get(`/api/v1/namespaces/${place.namespace}/gizmos`)).toMatchObject(unknown);
    });

    test('of an unknown group, or of an unknown resource of a custom group, is a bare 404', async () => {
      for (const path of [
        '/apis/nope.example/v1/gizmos',
        '/apis/snapshot.storage.k8s.io/v1/gizmos',
        '/nope',
      ]) {
        expect(await get(path)).toEqual({ status: 404, body: '404 page not found\n' });
      }
    });

    test('of a missing object names it, with its group', async () => {
      const builtIn = await place.get(configMaps, 'missing');
      expect(builtIn).toMatchObject(refusal(404, 'NotFound', 'configmaps "missing" not found'));
      const custom = await place.get(volumeSnapshots, 'missing');
      const message = 'volumesnapshots.snapshot.storage.k8s.io "missing" not found';
      expect(custom).toMatchObject(refusal(404, 'NotFound', message));
      expect(custom.body.details).toEqual({
        name: 'missing',
        group: 'snapshot.storage.k8s.io',
        kind: 'volumesnapshots',
      });
    });

    test('does not take every method', async () => {
      const message = 'the server does not allow this method on the requested resource';
      const object = place.path(configMaps, 'any');
      expect(await place.server.request('POST', object, { body: configMap('any') })).toMatchObject(
        refusal(405, 'MethodNotAllowed', message),
      );
    });
  });
}
