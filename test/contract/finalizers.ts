import { describe, expect, test } from 'vitest';
import { configMaps, volumeSnapshotContents } from '../../src/kube/resources.ts';
import { configMap, preProvisionedContent } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

export function finalizersContract(server: () => ContractServer): void {
  describe('finalizers', () => {
    const place = new Place(server, 'finalizers');
    const held = (name: string) =>
      place.create(configMaps, configMap(name, { a: '1' }, { finalizers: ['x.example/a', 'x.example/b'] }));
    const setFinalizers = (name: string, finalizers: string[] | null) =>
      place.patch(configMaps, name, { metadata: { finalizers } });

    test('keep an object that is deleted, and the answer is the object', async () => {
      await held('kept');
      const { status, body } = await place.delete(configMaps, 'kept');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        kind: 'ConfigMap',
        metadata: {
          deletionTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          deletionGracePeriodSeconds: 0,
          finalizers: ['x.example/a', 'x.example/b'],
        },
      });
      expect((await place.get(configMaps, 'kept')).body).toEqual(body);
      expect(await place.delete(configMaps, 'kept')).toEqual({ status: 200, body });
      await setFinalizers('kept', null);
    });

    test('let it go with the last of them', async () => {
      await held('going');
      await place.delete(configMaps, 'going');
      const first = await setFinalizers('going', ['x.example/b']);
      expect(first.body.metadata.finalizers).toEqual(['x.example/b']);
      const last = await setFinalizers('going', null);
      expect(last).toMatchObject({ status: 200, body: { kind: 'ConfigMap' } });
      expect(last.body.metadata.finalizers).toBeUndefined();
      expect((await place.get(configMaps, 'going')).status).toBe(404);
    });

    test('cannot be added to an object that is being deleted', async () => {
      await held('late');
      await place.delete(configMaps, 'late');
      const answer = await setFinalizers('late', ['x.example/a', 'x.example/c']);
      await setFinalizers('late', null);
      const rule = 'no new finalizers can be added if the object is being deleted, found new finalizers';
      expect(answer).toMatchObject(
        refusal(
          422,
          'Invalid',
          `ConfigMap "late" is invalid: metadata.finalizers: Forbidden: ${rule} []string{"x.example/c"}`,
        ),
      );
    });

    test('leave an object open to changes, but not to life', async () => {
      await held('changing');
      const { body: deleted } = await place.delete(configMaps, 'changing');
      const data = await place.patch(configMaps, 'changing', { data: { b: '2' } });
      const revived = await place.patch(configMaps, 'changing', { metadata: { deletionTimestamp: null } });
      const again = await place.post(configMaps, configMap('changing'));
      await setFinalizers('changing', null);
      expect(data).toMatchObject({ status: 200, body: { data: { b: '2' } } });
      expect(revived.body.metadata.deletionTimestamp).toBe(deleted.metadata.deletionTimestamp);
      expect(again).toMatchObject(
        refusal(409, 'AlreadyExists', 'object is being deleted: configmaps "changing" already exists'),
      );
    });

    test('make the deletion a new generation', async () => {
      const boundTo = { namespace: place.namespace, name: 'never' };
      const manifest = preProvisionedContent(place.server, 'no-such-snapshot', boundTo);
      manifest.metadata['finalizers'] = ['x.example/a'];
      const { name } = manifest.metadata;
      await place.create(volumeSnapshotContents, manifest);
      const { body } = await place.delete(volumeSnapshotContents, name);
      await place.patch(volumeSnapshotContents, name, { metadata: { finalizers: null } });
      expect(body.metadata).toMatchObject({ generation: 2, deletionTimestamp: expect.any(String) });
    });
  });
}
