import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { configMaps, jobs, volumeSnapshotClasses } from '../../src/kube/resources.ts';
import { configMap, snapshotClass, suspendedJob } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

const mismatch = 'the namespace of the provided object does not match the namespace sent on the request';

export function createContract(server: () => ContractServer): void {
  describe('create', () => {
    const place = new Place(server, 'create');

    test('fills in what the server knows, whatever the manifest says of it', async () => {
      const metadata = {
        uid: 'mine',
        creationTimestamp: '2020-01-01T00:00:00Z',
        deletionTimestamp: '2020-01-01T00:00:00Z',
      };
      const answer = await place.post(configMaps, configMap('filled', { a: '1' }, metadata));
      expect(answer).toMatchObject({
        status: 201,
        body: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: {
            name: 'filled',
            namespace: place.namespace,
            uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
            resourceVersion: expect.stringMatching(/^[1-9]\d*$/),
            creationTimestamp: expect.stringMatching(/^(?!2020)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          },
          data: { a: '1' },
        },
      });
      expect(answer.body.metadata.deletionTimestamp).toBeUndefined();
      const stored = await place.get(configMaps, 'filled');
      expect(stored.body).toEqual(answer.body);
    });

    test('dates its objects by the clock that its answers tell', async () => {
      const { body } = await place.post(configMaps, configMap('dated', {}));
      const { creationTimestamp } = (body as KubeObject).metadata;
      const time = await server().kube.serverTime({ signal: AbortSignal.timeout(30_000) });
      expect(Math.abs(time.getTime() - Date.parse(creationTimestamp ?? ''))).toBeLessThan(60_000);
    });

    test('counts generations of the kinds that have a spec to follow', async () => {
      const job = await place.create(jobs, suspendedJob('generation'));
      expect(job.metadata.generation).toBe(1);
      const custom = await place.create(volumeSnapshotClasses, snapshotClass(place.server));
      await place.delete(volumeSnapshotClasses, custom.metadata.name);
      expect(custom.metadata.generation).toBe(1);
      const plain = await place.create(configMaps, configMap('generation'));
      expect(plain.metadata.generation).toBeUndefined();
    });

    test('cuts a generateName to 58 characters, so that with the 5 of its own it is a label, too', async () => {
      for (const length of [57, 58, 59, 100, 250]) {
        const generateName = 'n'.repeat(length);
        const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName } };
        const { metadata } = await place.create(configMaps, manifest);
        expect(metadata.name).toMatch(new RegExp(`^n{${Math.min(length, 58)}}[a-z0-9]{5}$`));
        expect(metadata.generateName).toBe(generateName);
      }
    });

    test('makes a name from generateName', async () => {
      const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } };
      const { metadata } = await place.create(configMaps, manifest);
      expect(metadata).toMatchObject({
        name: expect.stringMatching(/^made-[a-z0-9]{5}$/),
        generateName: 'made-',
      });
    });

    test('refuses a second object of the same name', async () => {
      await place.create(configMaps, configMap('twice'));
      const second = await place.post(configMaps, configMap('twice'));
      expect(second).toMatchObject(refusal(409, 'AlreadyExists', 'configmaps "twice" already exists'));
      expect(second.body.details).toEqual({ name: 'twice', kind: 'configmaps' });
    });

    test('refuses a namespace that does not exist', async () => {
      const path = '/api/v1/namespaces/contract-nowhere/configmaps';
      expect(await place.server.request('POST', path, { body: configMap('lost') })).toMatchObject(
        refusal(404, 'NotFound', 'namespaces "contract-nowhere" not found'),
      );
    });

    test('refuses a manifest of another namespace', async () => {
      const other = configMap('other', {}, { namespace: 'default' });
      expect(await place.post(configMaps, other)).toMatchObject(refusal(400, 'BadRequest', mismatch));
    });

    test('refuses a resourceVersion, with a bare 500', async () => {
      const answer = await place.post(configMaps, configMap('versioned', {}, { resourceVersion: '5' }));
      expect(answer).toMatchObject({
        status: 500,
        body: { message: 'resourceVersion should not be set on objects to be created' },
      });
    });

    test('validates and answers as ever in a dry run, and stores nothing', async () => {
      const { status, body } = await place.post(configMaps, configMap('dry'), { dryRun: 'All' });
      expect(status).toBe(201);
      expect(body.metadata.uid).toEqual(expect.any(String));
      expect(body.metadata.resourceVersion).toBeUndefined();
      expect((await place.get(configMaps, 'dry')).status).toBe(404);
      await place.create(configMaps, configMap('dry'));
      expect(await place.post(configMaps, configMap('dry'), { dryRun: 'All' })).toMatchObject(
        refusal(409, 'AlreadyExists'),
      );
      expect(await place.post(configMaps, configMap('Bad'), { dryRun: 'All' })).toMatchObject(
        refusal(422, 'Invalid'),
      );
    });
  });
}
