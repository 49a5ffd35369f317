import { describe, expect, test } from 'vitest';
import { configMaps, secrets, volumeSnapshots } from '../../src/kube/resources.ts';
import { configMap, volumeSnapshot } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

export function validationContract(server: () => ContractServer): void {
  describe('validation', () => {
    const place = new Place(server, 'validation');

    test('wants a name', async () => {
      expect(await place.post(configMaps, configMap(''))).toMatchObject(
        refusal(
          422,
          'Invalid',
          'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
        ),
      );
    });

    test('says what is wrong with a name, where, and of which object', async () => {
      const rule = 'Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case';
      const bad = await place.post(configMaps, configMap('Bad_Name'));
      const start = `ConfigMap "Bad_Name" is invalid: metadata.name: ${rule}`;
      expect(bad).toMatchObject(refusal(422, 'Invalid', expect.stringContaining(start)));
      expect(bad.body.details).toEqual({
        name: 'Bad_Name',
        kind: 'ConfigMap',
        causes: [
          { field: 'metadata.name', reason: 'FieldValueInvalid', message: expect.stringContaining(rule) },
        ],
      });
      const custom = `VolumeSnapshot.snapshot.storage.k8s.io "Bad_Name" is invalid: metadata.name: ${rule}`;
      expect(await place.post(volumeSnapshots, volumeSnapshot('Bad_Name'))).toMatchObject(
        refusal(422, 'Invalid', expect.stringContaining(custom)),
      );
    });

    test.each([
      ['labels', { a: 'not ok' }, 'metadata.labels: Invalid value: "not ok": a valid label must be an empty'],
      ['labels', { 'a b': '' }, 'metadata.labels: Invalid value: "a b": name part must consist of'],
      ['labels', { a: 'x'.repeat(64) }, `Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`],
      ['annotations', { 'a b': '' }, 'metadata.annotations: Invalid value: "a b": name part must consist of'],
    ])('refuses %s such as %j', async (field, value, message) => {
      const answer = await place.post(configMaps, configMap('labelled', {}, { [field]: value }));
      expect(answer).toMatchObject(refusal(422, 'Invalid', expect.stringContaining(message)));
    });

    test('refuses a finalizer of a built-in kind without a domain', async () => {
      const answer = await place.post(configMaps, configMap('held', {}, { finalizers: ['plain'] }));
      const rule = 'name is neither a standard finalizer name nor is it fully qualified';
      expect(answer).toMatchObject(
        refusal(
          422,
          'Invalid',
          `ConfigMap "held" is invalid: metadata.finalizers[0]: Invalid value: "plain": ${rule}`,
        ),
      );
    });

    test('refuses an owner that is not fully named', async () => {
      const ownerReferences = [{ name: 'x' }] as never;
      const { status, body } = await place.post(configMaps, configMap('owned', {}, { ownerReferences }));
      expect(status).toBe(422);
      expect(body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
        'metadata.ownerReferences.apiVersion',
        'metadata.ownerReferences.kind',
        'metadata.ownerReferences.uid',
      ]);
    });

    test('refuses what is not JSON, or not the kind of the path, or of another type', async () => {
      const broken = expect.stringMatching(/^the object provided is unrecognized/);
      expect(await place.post(configMaps, '{"apiVersion": ')).toMatchObject(
        refusal(400, 'BadRequest', broken),
      );
      const other = /^ConfigMap in version "v1" cannot be handled as a Secret/;
      expect(await place.post(secrets, configMap('kind'))).toMatchObject(
        refusal(400, 'BadRequest', expect.stringMatching(other)),
      );
      const number = 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string';
      expect(await place.post(configMaps, configMap('type', { a: 1 }))).toMatchObject(
        refusal(400, 'BadRequest', `ConfigMap in version "v1" cannot be handled as a ConfigMap: ${number}`),
      );
    });

    test('drops fields that it does not know', async () => {
      const body = await place.create(configMaps, { ...configMap('unknown'), datum: 1 });
      expect(body.datum).toBeUndefined();
    });
  });
}
