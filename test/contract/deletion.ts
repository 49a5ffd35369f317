import { describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, namesOf, refusal } from './support.ts';

export function deletionContract(server: () => ContractServer): void {
  deletion(server);
  collections(server);
}

function deletion(server: () => ContractServer): void {
  describe('delete', () => {
    const place = new Place(server, 'delete');

    test('answers what it deleted, and is not found the second time', async () => {
      const { metadata } = await place.create(configMaps, configMap('simple'));
      expect(await place.delete(configMaps, 'simple')).toEqual({
        status: 200,
        body: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Success',
          details: { name: 'simple', kind: 'configmaps', uid: metadata.uid },
        },
      });
      expect(await place.delete(configMaps, 'simple')).toMatchObject(
        refusal(404, 'NotFound', 'configmaps "simple" not found'),
      );
    });

    test('keeps its preconditions', async () => {
      const { metadata } = await place.create(configMaps, configMap('guarded'));
      const { uid, resourceVersion } = metadata;
      const remove = (preconditions: object) => place.delete(configMaps, 'guarded', { preconditions });
      const start = 'Operation cannot be fulfilled on ConfigMap "guarded": the';
      expect(await remove({ uid: 'another' })).toMatchObject(
        refusal(
          409,
          'Conflict',
          `${start} UID in the precondition (another) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
        ),
      );
      expect(await remove({ uid, resourceVersion: '1' })).toMatchObject(
        refusal(
          409,
          'Conflict',
          `${start} ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
        ),
      );
      expect((await remove({ uid, resourceVersion })).status).toBe(200);
    });

    test('deletes nothing in a dry run', async () => {
      await place.create(configMaps, configMap('dry'));
      const answer = await place.delete(configMaps, 'dry', { dryRun: ['All'] });
      expect(answer).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } });
      expect((await place.get(configMaps, 'dry')).status).toBe(200);
    });

    test('refuses an unknown propagation policy', async () => {
      await place.create(configMaps, configMap('policy'));
      const answer = await place.delete(configMaps, 'policy', { propagationPolicy: 'Nope' });
      const message = expect.stringContaining('propagationPolicy: Unsupported value: "Nope"');
      expect(answer).toMatchObject(refusal(422, 'Invalid', message));
    });
  });
}

function collections(server: () => ContractServer): void {
  describe('deletecollection', () => {
    const place = new Place(server, 'collection');

    test('deletes what is selected, and answers with the list as it was', async () => {
      const make = (name: string, g: string, finalizers: string[] = []) =>
        place.create(configMaps, configMap(name, { a: '1' }, { labels: { g }, finalizers }));
      await make('a', 'x');
      await make('b', 'x');
      await make('c', 'x', ['x.example/a']);
      await make('d', 'y');
      const query = { labelSelector: 'g=x' };
      const dry = await place.deleteAll(configMaps, { ...query, dryRun: 'All' });
      expect(namesOf(dry)).toEqual(['a', 'b', 'c']);
      expect(namesOf(await place.list(configMaps, { labelSelector: 'g' }))).toEqual(['a', 'b', 'c', 'd']);

      const answer = await place.deleteAll(configMaps, query);
      expect(answer).toMatchObject({ status: 200, body: { kind: 'ConfigMapList' } });
      expect(namesOf(answer)).toEqual(['a', 'b', 'c']);
      const left = await place.list(configMaps, { labelSelector: 'g' });
      await place.patch(configMaps, 'c', { metadata: { finalizers: null } });
      expect(namesOf(left)).toEqual(['c', 'd']);
      expect(left.body.items[0].metadata.deletionTimestamp).toEqual(expect.any(String));

      const byName = await place.deleteAll(configMaps, { fieldSelector: 'metadata.name=d' });
      expect(namesOf(byName)).toEqual(['d']);
      expect(namesOf(await place.deleteAll(configMaps, query))).toEqual([]);
    });
  });
}
