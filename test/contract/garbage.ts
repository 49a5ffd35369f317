import { describe, expect, test } from 'vitest';
import { configMaps, jobs, namespaces, volumeSnapshots } from '../../src/kube/resources.ts';
import { configMap, suspendedJob, volumeSnapshot } from './manifests.ts';
import type { Answer, ContractServer } from './server.ts';
import { Place, refusal, until } from './support.ts';

/** What controllers delete: dependents of objects, and the content of namespaces. */
export function garbageContract(server: () => ContractServer): void {
  describe('an owned object', () => {
    const place = new Place(server, 'owners');
    const owned = (name: string, owner: Answer['body'], extra: object = {}) => {
      const { apiVersion, kind, metadata } = owner;
      const reference = { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...extra };
      return place.create(configMaps, configMap(name, {}, { ownerReferences: [reference] }));
    };

    test('goes after its owner in the background', async () => {
      const owner = await place.create(configMaps, configMap('background'));
      await owned('background-child', owner);
      const answer = await place.delete(configMaps, 'background', { propagationPolicy: 'Background' });
      expect(answer.body).toMatchObject({ kind: 'Status', status: 'Success' });
      expect((await place.get(configMaps, 'background')).status).toBe(404);
      await place.untilGone(configMaps, 'background-child');
    });

    test('goes before its owner in the foreground', async () => {
      const owner = await place.create(configMaps, configMap('foreground'));
      const finalizers = ['x.example/a'];
      await owned('foreground-child', owner, { blockOwnerDeletion: true });
      await place.patch(configMaps, 'foreground-child', { metadata: { finalizers } });
      const { body } = await place.delete(configMaps, 'foreground', { propagationPolicy: 'Foreground' });
      expect(body.metadata).toMatchObject({
        finalizers: ['foregroundDeletion'],
        deletionTimestamp: expect.any(String),
      });
      await place.untilIs(configMaps, 'foreground-child', ({ metadata }) => metadata.deletionTimestamp);
      expect((await place.get(configMaps, 'foreground')).status).toBe(200);
      await place.patch(configMaps, 'foreground-child', { metadata: { finalizers: null } });
      await place.untilGone(configMaps, 'foreground');
    });

    test('stays without its owner when it is orphaned', async () => {
      const owner = await place.create(configMaps, configMap('orphan'));
      await owned('orphan-child', owner);
      const { body } = await place.delete(configMaps, 'orphan', { propagationPolicy: 'Orphan' });
      expect(body.metadata.finalizers).toEqual(['orphan']);
      await place.untilGone(configMaps, 'orphan');
      const child = await place.get(configMaps, 'orphan-child');
      expect(child.body.metadata.ownerReferences).toBeUndefined();
    });

    test('goes when its owner has another uid, or never was', async () => {
      const owner = await place.create(configMaps, configMap('stranger'));
      await owned('recreated-child', owner, { uid: '00000000-0000-4000-8000-000000000000' });
      await owned('stray-child', owner, { name: 'never', uid: '00000000-0000-4000-8000-000000000001' });
      await place.untilGone(configMaps, 'recreated-child');
      await place.untilGone(configMaps, 'stray-child');
      expect((await place.get(configMaps, 'stranger')).status).toBe(200);
    });

    test('of a Job is orphaned unless a policy is named', async () => {
      await place.create(jobs, suspendedJob('old-ways'));
      const { body } = await place.delete(jobs, 'old-ways');
      expect(body.metadata.finalizers).toContain('orphan');
      await place.untilGone(jobs, 'old-ways');
    });
  });

  describe('a namespace that is deleted', () => {
    const place = new Place(server, 'doomed');

    test('takes nothing new, is emptied, and goes when it is empty', { timeout: 40_000 }, async () => {
      const finalizers = ['x.example/a'];
      await place.create(configMaps, configMap('held', { a: '1' }, { finalizers }));
      await place.create(configMaps, configMap('free'));
      const { body } = await place.delete(namespaces, place.namespace);
      expect(body).toMatchObject({
        kind: 'Namespace',
        metadata: { deletionTimestamp: expect.any(String) },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Terminating' },
      });

      const why = `unable to create new content in namespace ${place.namespace} because it is being terminated`;
      const late = await place.post(configMaps, configMap('late'));
      expect(late).toMatchObject(refusal(403, 'Forbidden', `configmaps "late" is forbidden: ${why}`));
      expect(late.body.details.causes).toEqual([
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${place.namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ]);
      expect(await place.post(volumeSnapshots, volumeSnapshot('late'))).toMatchObject(
        refusal(403, 'Forbidden', `volumesnapshots.snapshot.storage.k8s.io "late" is forbidden: ${why}`),
      );

      await place.untilIs(configMaps, 'held', ({ metadata }) => metadata.deletionTimestamp);
      await place.untilGone(configMaps, 'free');
      expect((await place.patch(configMaps, 'held', { data: { b: '2' } })).status).toBe(200);
      expect((await place.get(namespaces, place.namespace)).status).toBe(200);
      await place.patch(configMaps, 'held', { metadata: { finalizers: null } });
      await place.untilGone(namespaces, place.namespace);
      await until(
        () => 'creates to be not found',
        async () => (await place.post(configMaps, configMap('lost'))).status === 404 || undefined,
      );
    });
  });
}
