import { describe, expect, test } from 'vitest';
import { configMaps } from '../../src/kube/resources.ts';
import { configMap } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

export function jsonPatchContract(server: () => ContractServer): void {
  describe('a JSON patch', () => {
    const place = new Place(server, 'json');
    const patch = (name: string, operations: unknown) =>
      place.patch(configMaps, name, operations, { type: 'json-patch+json' });

    test('tests, adds, replaces and removes', async () => {
      await place.create(configMaps, configMap('all', { a: '1', b: '2' }, { annotations: { k: 'v' } }));
      const { status, body } = await patch('all', [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'remove', path: '/data/a' },
        { op: 'replace', path: '/data/b', value: '3' },
        { op: 'add', path: '/data/c', value: '4' },
        { op: 'add', path: '/metadata/annotations/x.example~1y', value: 'slash' },
      ]);
      expect(status).toBe(200);
      expect(body.data).toEqual({ b: '3', c: '4' });
      expect(body.metadata.annotations).toEqual({ k: 'v', 'x.example/y': 'slash' });
    });

    test.each([
      ['a test that fails', { op: 'test', path: '/data/a', value: '2' }],
      ['a test of nothing', { op: 'test', path: '/data/b', value: '2' }],
      ['a removal of nothing', { op: 'remove', path: '/data/b' }],
      ['an addition without a parent', { op: 'add', path: '/binaryData/x', value: '' }],
      ['an unknown operation', { op: 'frob', path: '/data/a', value: '1' }],
    ])('with %s is refused without a reason that helps, and changes nothing', async (what, operation) => {
      const name = what.replaceAll(' ', '-');
      const old = await place.create(configMaps, configMap(name));
      const add = { op: 'add', path: '/data/new', value: '1' };
      const message = 'the server rejected our request due to an error in our request';
      expect(await patch(name, [add, operation])).toMatchObject(refusal(422, 'Invalid', message));
      expect((await place.get(configMaps, name)).body).toEqual(old);
    });

    test('that is no list is refused', async () => {
      await place.create(configMaps, configMap('shape'));
      expect(await patch('shape', { op: 'add' })).toMatchObject(
        refusal(400, 'BadRequest', expect.stringMatching(/^error decoding patch: /)),
      );
    });

    test('adds what a replacement does not find', async () => {
      await place.create(configMaps, configMap('lenient'));
      const { body } = await patch('lenient', [{ op: 'replace', path: '/data/b', value: '2' }]);
      expect(body.data).toEqual({ a: '1', b: '2' });
    });
  });
}
