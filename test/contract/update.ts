import { describe, expect, test } from 'vitest';
import { configMaps, volumeSnapshotClasses } from '../../src/kube/resources.ts';
import { configMap, snapshotClass } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

const wasModified =
  'the object has been modified; please apply your changes to the latest version and try again';

export function updateContract(server: () => ContractServer): void {
  describe('update', () => {
    const place = new Place(server, 'update');

    test('replaces all that is not in it', async () => {
      const old = await place.create(configMaps, configMap('whole', { a: '1' }, { labels: { a: '1' } }));
      const { status, body } = await place.put(configMaps, 'whole', configMap('whole', { b: '2' }));
      expect(status).toBe(200);
      expect(body.data).toEqual({ b: '2' });
      expect(body.metadata.labels).toBeUndefined();
      expect(body.metadata.uid).toBe(old.metadata.uid);
      expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(Number(old.metadata.resourceVersion));
    });

    test('with an old resourceVersion is a conflict', async () => {
      const old = await place.create(configMaps, configMap('stale'));
      await place.patch(configMaps, 'stale', { data: { b: '2' } });
      const message = `Operation cannot be fulfilled on configmaps "stale": ${wasModified}`;
      expect(await place.put(configMaps, 'stale', old)).toMatchObject(refusal(409, 'Conflict', message));
    });

    test('of a custom resource must have a resourceVersion', async () => {
      const manifest = snapshotClass(place.server);
      const { name } = manifest.metadata;
      const old = await place.create(volumeSnapshotClasses, manifest);
      const changed = { ...manifest, deletionPolicy: 'Retain' };
      const without = await place.put(volumeSnapshotClasses, name, changed);
      const metadata = { ...manifest.metadata, resourceVersion: old.metadata.resourceVersion };
      const withIt = await place.put(volumeSnapshotClasses, name, { ...changed, metadata });
      await place.delete(volumeSnapshotClasses, name);
      const resource = 'volumesnapshotclasses.snapshot.storage.k8s.io';
      const rule = 'metadata.resourceVersion: Invalid value: 0: must be specified for an update';
      expect(without).toMatchObject(refusal(422, 'Invalid', `${resource} "${name}" is invalid: ${rule}`));
      expect(withIt).toMatchObject({ status: 200, body: { metadata: { generation: 2 } } });
    });

    test('that changes nothing leaves the resourceVersion', async () => {
      const old = await place.create(configMaps, configMap('same'));
      const { body } = await place.put(configMaps, 'same', old);
      expect(body).toEqual(old);
    });

    test('with another uid is a conflict', async () => {
      await place.create(configMaps, configMap('recreated'));
      const other = configMap('recreated', {}, { uid: 'another' });
      expect(await place.put(configMaps, 'recreated', other)).toMatchObject(
        refusal(
          409,
          'Conflict',
          expect.stringContaining('UID in precondition: another, UID in object meta: '),
        ),
      );
    });

    test('of a missing object does not make it', async () => {
      expect(await place.put(configMaps, 'missing', configMap('missing'))).toMatchObject(
        refusal(404, 'NotFound', 'configmaps "missing" not found'),
      );
    });

    test('wants the name that is in the path', async () => {
      await place.create(configMaps, configMap('path'));
      expect(await place.put(configMaps, 'path', configMap('body'))).toMatchObject(
        refusal(400, 'BadRequest', 'the name of the object (body) does not match the name on the URL (path)'),
      );
      const message = 'the name of the object (path based on URL) was undeterminable: name must be provided';
      expect(await place.put(configMaps, 'path', configMap(''))).toMatchObject(
        refusal(400, 'BadRequest', message),
      );
    });

    test('ignores another creationTimestamp, and refuses a deletionTimestamp', async () => {
      const old = await place.create(configMaps, configMap('times'));
      const time = '2020-01-01T00:00:00Z';
      const { body } = await place.put(
        configMaps,
        'times',
        configMap('times', {}, { creationTimestamp: time }),
      );
      expect(body.metadata.creationTimestamp).toBe(old.metadata.creationTimestamp);
      const deleted = configMap('times', {}, { deletionTimestamp: time });
      expect(await place.put(configMaps, 'times', deleted)).toMatchObject(
        refusal(
          422,
          'Invalid',
          `ConfigMap "times" is invalid: metadata.deletionTimestamp: Invalid value: "${time}": field is immutable`,
        ),
      );
    });

    test('stores nothing in a dry run', async () => {
      const old = await place.create(configMaps, configMap('dry'));
      const { body } = await place.put(configMaps, 'dry', configMap('dry', { b: '2' }), { dryRun: 'All' });
      expect(body).toMatchObject({
        data: { b: '2' },
        metadata: { resourceVersion: old.metadata.resourceVersion },
      });
      expect((await place.get(configMaps, 'dry')).body).toEqual(old);
    });
  });
}
