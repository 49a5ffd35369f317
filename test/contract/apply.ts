import { describe, expect, test } from 'vitest';
import type { ObjectMeta } from '../../src/kube/object.ts';
import { configMaps, deployments } from '../../src/kube/resources.ts';
import { configMap, deployment } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

export function applyContract(server: () => ContractServer): void {
  describe('server-side apply', () => {
    const place = new Place(server, 'apply');

    test('makes what is not there, and changes what is', async () => {
      const made = await place.apply(configMaps, configMap('life', { a: '1' }), 'one');
      expect(made.status).toBe(201);
      const changed = await place.apply(configMaps, configMap('life', { a: '2' }), 'one');
      expect(changed).toMatchObject({ status: 200, body: { data: { a: '2' } } });
      expect(changed.body.metadata.uid).toBe(made.body.metadata.uid);
    });

    test('of the same again leaves the resourceVersion', async () => {
      const first = await place.apply(configMaps, configMap('same'), 'one');
      expect((await place.apply(configMaps, configMap('same'), 'one')).body).toEqual(first.body);
    });

    test('takes away what its manager no longer applies, and nothing of others', async () => {
      await place.apply(configMaps, configMap('drop', { a: '1', b: '2', c: '3' }), 'one');
      await place.apply(configMaps, configMap('drop', { c: '3', d: '4' }), 'two');
      await place.patch(configMaps, 'drop', { data: { e: '5' } });
      const { body } = await place.apply(configMaps, configMap('drop', { a: '1' }), 'one');
      expect(body.data).toEqual({ a: '1', c: '3', d: '4', e: '5' });
    });

    test('of a field that another manager set otherwise is a conflict, unless forced', async () => {
      await place.apply(configMaps, configMap('fight', { a: '1', b: '2' }), 'one');
      const other = configMap('fight', { a: 'x' });
      const conflict = await place.apply(configMaps, other, 'two');
      const message = 'Apply failed with 1 conflict: conflict with "one": .data.a';
      expect(conflict).toMatchObject(refusal(409, 'Conflict', message));
      expect(conflict.body.details.causes).toEqual([
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
      ]);
      const several = await place.apply(configMaps, configMap('fight', { a: 'x', b: 'y' }), 'two');
      const list = 'conflicts with "one":\n- .data.a\n- .data.b';
      expect(several.body.message).toBe(`Apply failed with 2 conflicts: ${list}`);

      const forced = await place.apply(configMaps, other, 'two', { force: 'true' });
      expect(forced).toMatchObject({ status: 200, body: { data: { a: 'x', b: '2' } } });
      // It is no longer the first one's: leaving it out changes nothing.
      const { body } = await place.apply(configMaps, configMap('fight', { b: '2' }), 'one');
      expect(body.data).toEqual({ a: 'x', b: '2' });
    });

    test('of the same value shares the field', async () => {
      await place.apply(configMaps, configMap('share'), 'one');
      expect((await place.apply(configMaps, configMap('share'), 'two')).status).toBe(200);
      const { body } = await place.apply(configMaps, configMap('share', {}), 'one');
      expect(body.data).toEqual({ a: '1' });
    });

    test('merges containers and variables by their names', async () => {
      const env = [{ name: 'A', value: '1' }];
      await place.apply(deployments, deployment('app', [{ name: 'main', image: 'one', env }]), 'one');
      const more = [
        { name: 'main', env: [{ name: 'B', value: '2' }] },
        { name: 'side', image: 'two' },
      ];
      const partial = { template: { spec: { containers: more } } };
      const manifest = { ...deployment('app', []), spec: partial };
      const { status, body } = await place.apply(deployments, manifest, 'two');
      expect(status).toBe(200);
      expect(body.spec.template.spec.containers).toMatchObject([
        { name: 'main', image: 'one', env: [...env, { name: 'B', value: '2' }] },
        { name: 'side', image: 'two' },
      ]);
    });

    test('names the fields of a conflict in lists by their keys', async () => {
      const containers = (image: string) => [{ name: 'main', image }];
      await place.apply(deployments, deployment('keys', containers('one')), 'one');
      const spec = { replicas: 3, template: { spec: { containers: containers('two') } } };
      const answer = await place.apply(deployments, { ...deployment('keys', []), spec }, 'two');
      const fields = '- .spec.replicas\n- .spec.template.spec.containers[name="main"].image';
      expect(answer).toMatchObject(
        refusal(409, 'Conflict', `Apply failed with 2 conflicts: conflicts with "one":\n${fields}`),
      );
    });

    test('with an old resourceVersion is a conflict, with another uid invalid', async () => {
      const { body: old } = await place.apply(configMaps, configMap('precondition'), 'one');
      await place.patch(configMaps, 'precondition', { data: { b: '2' } });
      const apply = (metadata: ObjectMeta) =>
        place.apply(configMaps, configMap('precondition', { c: '3' }, metadata), 'one');
      const { resourceVersion } = old.metadata;
      expect(await apply({ resourceVersion })).toMatchObject(
        refusal(409, 'Conflict', expect.stringContaining('the object has been modified')),
      );
      expect(await apply({ uid: 'another' })).toMatchObject(
        refusal(
          422,
          'Invalid',
          'ConfigMap "precondition" is invalid: metadata.uid: Invalid value: "another": field is immutable',
        ),
      );
    });

    test('with a uid makes nothing', async () => {
      const message =
        'uid mismatch: the provided object specified uid gone, and no existing object was found';
      expect(await place.apply(configMaps, configMap('gone', {}, { uid: 'gone' }), 'one')).toMatchObject(
        refusal(409, 'Conflict', `Operation cannot be fulfilled on configmaps "gone": ${message}`),
      );
    });

    test('wants a field manager, and a kind', async () => {
      const type = 'apply-patch+yaml';
      expect(await place.patch(configMaps, 'any', configMap('any'), { type })).toMatchObject(
        refusal(
          422,
          'Invalid',
          'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
        ),
      );
      const query = { fieldManager: 'one' };
      expect(await place.patch(configMaps, 'any', { data: {} }, { type, query })).toMatchObject(
        refusal(400, 'BadRequest', 'invalid object type: /, Kind='),
      );
    });

    test('makes nothing in a dry run', async () => {
      const answer = await place.apply(configMaps, configMap('dry'), 'one', { dryRun: 'All' });
      expect(answer.status).toBe(201);
      expect((await place.get(configMaps, 'dry')).status).toBe(404);
    });
  });
}
