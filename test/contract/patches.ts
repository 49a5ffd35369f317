import { describe, expect, test } from 'vitest';
import { configMaps, deployments, volumeSnapshotClasses } from '../../src/kube/resources.ts';
import { configMap, deployment, snapshotClass } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

const wasModified =
  'the object has been modified; please apply your changes to the latest version and try again';

export function patchContract(server: () => ContractServer): void {
  mergePatches(server);
  strategicPatches(server);
}

function mergePatches(server: () => ContractServer): void {
  describe('a merge patch', () => {
    const place = new Place(server, 'merge');

    test('sets and deletes fields, and replaces lists as a whole', async () => {
      const finalizers = ['x.example/a', 'x.example/b'];
      await place.create(configMaps, configMap('merge', { a: '1', b: '2' }, { finalizers }));
      const { status, body } = await place.patch(configMaps, 'merge', {
        metadata: { finalizers: ['x.example/c'] },
        data: { a: null, c: '3' },
      });
      await place.patch(configMaps, 'merge', { metadata: { finalizers: null } });
      expect(status).toBe(200);
      expect(body.data).toEqual({ b: '2', c: '3' });
      expect(body.metadata.finalizers).toEqual(['x.example/c']);
    });

    test('that changes nothing leaves the resourceVersion', async () => {
      const old = await place.create(configMaps, configMap('same'));
      for (const patch of [{}, { data: { a: '1', none: null } }, { metadata: { creationTimestamp: null } }]) {
        expect((await place.patch(configMaps, 'same', patch)).body).toEqual(old);
      }
    });

    test('with an old resourceVersion is a conflict, with the present one it is not', async () => {
      const { metadata: old } = await place.create(configMaps, configMap('versions'));
      const { body: present } = await place.patch(configMaps, 'versions', { data: { a: '2' } });
      const patch = ({ resourceVersion }: { resourceVersion: string }) =>
        place.patch(configMaps, 'versions', { metadata: { resourceVersion }, data: { a: '3' } });
      const message = `Operation cannot be fulfilled on configmaps "versions": ${wasModified}`;
      expect(await patch(old)).toMatchObject(refusal(409, 'Conflict', message));
      expect(await patch(present.metadata)).toMatchObject({ status: 200, body: { data: { a: '3' } } });
    });

    test('with another uid is invalid, not a conflict', async () => {
      const custom = await place.create(volumeSnapshotClasses, snapshotClass(place.server));
      const { name } = custom.metadata;
      const patch = { metadata: { uid: 'another' } };
      const answer = await place.patch(volumeSnapshotClasses, name, patch);
      await place.delete(volumeSnapshotClasses, name);
      const rule = 'metadata.uid: Invalid value: "another": field is immutable';
      const id = `VolumeSnapshotClass.snapshot.storage.k8s.io "${name}"`;
      expect(answer).toMatchObject(refusal(422, 'Invalid', `${id} is invalid: ${rule}`));
      await place.create(configMaps, configMap('uids'));
      expect(await place.patch(configMaps, 'uids', patch)).toMatchObject(
        refusal(422, 'Invalid', `ConfigMap "uids" is invalid: ${rule}`),
      );
    });

    test('cannot rename or move an object, or mark it as deleted', async () => {
      await place.create(configMaps, configMap('stays'));
      const patch = (metadata: object) => place.patch(configMaps, 'stays', { metadata });
      expect(await patch({ name: 'other' })).toMatchObject(
        refusal(
          400,
          'BadRequest',
          'the name of the object (other) does not match the name on the URL (stays)',
        ),
      );
      expect(await patch({ namespace: 'default' })).toMatchObject(refusal(400, 'BadRequest'));
      const deletionTimestamp = '2020-01-01T00:00:00Z';
      const rule = `metadata.deletionTimestamp: Invalid value: "${deletionTimestamp}": field is immutable`;
      expect(await patch({ deletionTimestamp })).toMatchObject(
        refusal(422, 'Invalid', `ConfigMap "stays" is invalid: ${rule}`),
      );
    });

    test('of a missing object does not make it', async () => {
      expect(await place.patch(configMaps, 'missing', {})).toMatchObject(
        refusal(404, 'NotFound', 'configmaps "missing" not found'),
      );
    });

    test('that is no JSON object is refused', async () => {
      await place.create(configMaps, configMap('shape'));
      const message = expect.stringMatching(/^error decoding patch: /);
      for (const patch of ['{', '[]']) {
        expect(await place.patch(configMaps, 'shape', patch)).toMatchObject(
          refusal(400, 'BadRequest', message),
        );
      }
      expect(await place.patch(configMaps, 'shape', { data: { a: 1 } })).toMatchObject(
        refusal(422, 'Invalid'),
      );
    });

    test('stores nothing in a dry run', async () => {
      const old = await place.create(configMaps, configMap('dry'));
      const { body } = await place.patch(
        configMaps,
        'dry',
        { data: { a: '2' } },
        { query: { dryRun: 'All' } },
      );
      expect(body).toMatchObject({
        data: { a: '2' },
        metadata: { resourceVersion: old.metadata.resourceVersion },
      });
      expect((await place.get(configMaps, 'dry')).body).toEqual(old);
    });
  });
}

function strategicPatches(server: () => ContractServer): void {
  describe('a strategic merge patch', () => {
    const place = new Place(server, 'strategic');
    const type = 'strategic-merge-patch+json';

    test('merges containers and variables by their names', async () => {
      const env = [{ name: 'A', value: '1' }];
      const containers = [
        { name: 'main', image: 'one', env },
        { name: 'side', image: 'two' },
      ];
      await place.create(deployments, deployment('app', containers));
      const change = { name: 'main', env: [{ name: 'B', value: '2' }] };
      const gone = { name: 'side', $patch: 'delete' };
      const spec = { template: { spec: { containers: [gone, change] } } };
      const { body } = await place.patch(deployments, 'app', { spec }, { type });
      const [main, ...others] = body.spec.template.spec.containers;
      expect(main).toMatchObject({ name: 'main', image: 'one' });
      expect(main.env).toEqual(expect.arrayContaining([...env, { name: 'B', value: '2' }]));
      expect(others).toEqual([]);
    });

    test('adds finalizers to those that are there', async () => {
      await place.create(configMaps, configMap('held', {}, { finalizers: ['x.example/a'] }));
      const patch = { metadata: { finalizers: ['x.example/b'] } };
      const { body } = await place.patch(configMaps, 'held', patch, { type });
      await place.patch(configMaps, 'held', { metadata: { finalizers: null } });
      expect(body.metadata.finalizers.toSorted()).toEqual(['x.example/a', 'x.example/b']);
    });

    test('is not for custom resources, and other content types are for nothing', async () => {
      const { metadata } = await place.create(volumeSnapshotClasses, snapshotClass(place.server));
      const patch = (type: string) => place.patch(volumeSnapshotClasses, metadata.name, {}, { type });
      const answers = [await patch(type), await patch('json')];
      await place.delete(volumeSnapshotClasses, metadata.name);
      const types = ['json-patch+json', 'merge-patch+json', 'apply-patch+yaml'];
      const accepted = types.map((name) => `application/${name}`).join(', ');
      const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
      for (const answer of answers)
        expect(answer).toMatchObject(refusal(415, 'UnsupportedMediaType', message));
      expect(await place.patch(configMaps, 'any', {}, { type: 'json' })).toMatchObject(
        refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type'),
      );
    });
  });
}
