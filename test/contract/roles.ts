import { describe, expect, test } from 'vitest';
import { configMaps, pods, secrets, volumeSnapshots } from '../../src/kube/resources.ts';
import { asker, configMapRule, granted, mayI } from './identities.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place } from './support.ts';

export function rolesContract(server: () => ContractServer): void {
  describe('a role', () => {
    const place = new Place(server, 'roles');

    test('allows its verbs and no others', async () => {
      await place.create(configMaps, configMap('verbs'));
      const reader = await granted(place, [configMapRule(['get', 'watch'])], {
        verb: 'get',
        resource: 'configmaps',
      });
      const ask = asker(place, reader);
      expect(await ask('GET', place.path(configMaps, 'verbs'))).toBe(200);
      expect(await ask('GET', place.path(configMaps, 'missing'))).toBe(404);
      expect(await ask('GET', place.path(configMaps))).toBe(403);
      const watch = { watch: 'true', timeoutSeconds: '1', resourceVersion: '0' };
      expect(await ask('GET', place.path(configMaps, undefined, watch))).toBe(200);
      expect(await ask('DELETE', place.path(configMaps, 'verbs'))).toBe(403);
      expect(await ask('GET', place.path(secrets, 'verbs'))).toBe(403);
      const verbs = ['get', 'list', 'watch', 'create', 'delete'];
      const answers = await Promise.all(
        verbs.map((verb) => mayI(place, reader, { verb, resource: 'configmaps' })),
      );
      expect(answers).toEqual([true, false, true, false, false]);
    });

    test('that allows to delete does not allow to delete a collection', async () => {
      const ask = asker(
        place,
        await granted(place, [configMapRule(['delete'])], { verb: 'delete', resource: 'configmaps' }),
      );
      const query = { labelSelector: 'none=such' };
      expect(await ask('DELETE', place.path(configMaps, undefined, query))).toBe(403);
      const can = [configMapRule(['deletecollection'])];
      const cleaner = asker(
        place,
        await granted(place, can, { verb: 'deletecollection', resource: 'configmaps' }),
      );
      expect(await cleaner('DELETE', place.path(configMaps, undefined, query))).toBe(200);
      expect(await cleaner('DELETE', place.path(configMaps, 'missing'))).toBe(403);
    });

    test('that allows to patch does not allow to apply what is not there', async () => {
      await place.create(configMaps, configMap('applied'));
      const ask = asker(
        place,
        await granted(place, [configMapRule(['patch'])], { verb: 'patch', resource: 'configmaps' }),
      );
      const apply = (name: string) => {
        const path = place.path(configMaps, name, { fieldManager: 'one', force: 'true' });
        return ask('PATCH', path, configMap(name), 'application/apply-patch+yaml');
      };
      expect(await apply('applied')).toBe(200);
      expect(await apply('unapplied')).toBe(403);
    });

    test('with names allows these, also in a list or watch that selects one by its name', async () => {
      await place.create(configMaps, configMap('mine'));
      await place.create(configMaps, configMap('other'));
      const rule = configMapRule(['*'], { resourceNames: ['mine'] });
      const ask = asker(
        place,
        await granted(place, [rule], { verb: 'get', resource: 'configmaps', name: 'mine' }),
      );
      expect(await ask('GET', place.path(configMaps, 'mine'))).toBe(200);
      expect(await ask('GET', place.path(configMaps, 'other'))).toBe(403);
      const list = (fieldSelector: string, more = {}) =>
        ask('GET', place.path(configMaps, undefined, { fieldSelector, ...more }));
      expect(await list('')).toBe(403);
      expect(await list('metadata.name=mine')).toBe(200);
      expect(await list('metadata.name=other')).toBe(403);
      expect(await list('metadata.name!=other')).toBe(403);
      const watch = { watch: 'true', timeoutSeconds: '1', resourceVersion: '0' };
      expect(await list('metadata.name=mine', watch)).toBe(200);
      const collection = { fieldSelector: 'metadata.name=mine' };
      expect(await ask('DELETE', place.path(configMaps, undefined, collection))).toBe(403);
      expect(await ask('POST', place.path(configMaps), configMap('new'))).toBe(403);
    });

    test('of a resource does not cover its subresources, nor the other way round', async () => {
      const rules = [
        { apiGroups: [''], resources: ['pods'], verbs: ['*'] },
        { apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots/status'], verbs: ['*'] },
      ];
      const ask = asker(place, await granted(place, rules, { verb: 'get', resource: 'pods' }));
      expect(await ask('GET', place.path(pods, 'missing'))).toBe(404);
      expect(await ask('GET', place.path(pods, 'missing', { command: 'id' }, 'exec'))).toBe(403);
      const type = 'application/merge-patch+json';
      const status = place.path(volumeSnapshots, 'missing', {}, 'status');
      expect(await ask('PATCH', status, {}, type)).toBe(404);
      expect(await ask('PATCH', place.path(volumeSnapshots, 'missing'), {}, type)).toBe(403);
    });

    test('with wildcards allows everything, in its namespace', async () => {
      const rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
      const ask = asker(
        place,
        await granted(place, [rule], { verb: 'get', resource: 'pods', subresource: 'exec' }),
      );
      for (const resource of [configMaps, secrets, volumeSnapshots]) {
        expect(await ask('GET', place.path(resource))).toBe(200);
      }
      expect(await ask('GET', '/api/v1/configmaps')).toBe(403);
      expect(await ask('GET', '/api/v1/namespaces/default/configmaps')).toBe(403);
      expect(await ask('GET', '/metrics')).toBe(403);
    });
  });
}
