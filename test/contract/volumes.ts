import { describe, expect, test } from 'vitest';
import { persistentVolumeClaims, persistentVolumes, pods, storageClasses } from '../../src/kube/resources.ts';
import { claim, patientStorageClass } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';
import { boundClaim, read, startPod, write } from './workloads.ts';

export function volumesContract(server: () => ContractServer): void {
  describe('a claim', () => {
    const place = new Place(server, 'claims');

    test('is bound to a volume of the driver', async () => {
      const { driver, storageClass } = place.server;
      const bound = await boundClaim(place, 'bound');
      expect(bound).toMatchObject({
        metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
        spec: { volumeMode: 'Filesystem', volumeName: `pvc-${bound.metadata.uid}` },
        status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '64Mi' } },
      });
      const { body } = await place.get(persistentVolumes, bound.spec.volumeName);
      expect(body).toMatchObject({
        spec: {
          capacity: { storage: '64Mi' },
          storageClassName: storageClass,
          persistentVolumeReclaimPolicy: 'Delete',
          claimRef: { namespace: place.namespace, name: 'bound', uid: bound.metadata.uid },
          csi: { driver, volumeHandle: expect.any(String) },
        },
        status: { phase: 'Bound' },
      });
    });

    test('of a class that waits for the first consumer is bound when a pod comes, not before', async () => {
      const patient = patientStorageClass(place.server);
      const storageClass = patient.metadata.name;
      await place.create(storageClasses, patient);
      try {
        await place.create(persistentVolumeClaims, claim({ ...place.server, storageClass }, 'patient'));
        await boundClaim(place, 'impatient');
        const { body } = await place.get(persistentVolumeClaims, 'patient');
        expect(body.status.phase).toBe('Pending');
        await startPod(place, 'consumer', ['patient']);
        expect((await place.get(persistentVolumeClaims, 'patient')).body.status.phase).toBe('Bound');
      } finally {
        await place.delete(storageClasses, storageClass);
      }
    });

    test('keeps its spec', async () => {
      await boundClaim(place, 'fixed');
      const patch = (spec: object) => place.patch(persistentVolumeClaims, 'fixed', { spec });
      const rule = 'spec is immutable after creation except resources.requests and volumeAttributesClassName';
      const start = `PersistentVolumeClaim "fixed" is invalid: spec: Forbidden: ${rule} for bound claims`;
      for (const spec of [{ storageClassName: 'other' }, { accessModes: ['ReadWriteMany'] }]) {
        expect(await patch(spec)).toMatchObject(refusal(422, 'Invalid', expect.stringContaining(start)));
      }
      const less = 'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity';
      expect(await patch({ resources: { requests: { storage: '1Mi' } } })).toMatchObject(
        refusal(422, 'Invalid', `PersistentVolumeClaim "fixed" is invalid: ${less}`),
      );
    });

    test('gives all its pods the same files', async () => {
      await boundClaim(place, 'shared');
      await Promise.all([startPod(place, 'writer', ['shared']), startPod(place, 'reader', ['shared'])]);
      await write(place, 'writer', 'shared', 'file', 'some text');
      expect(await read(place, 'reader', 'shared', 'file')).toBe('some text');
    });

    test('of an ephemeral volume is made for its pod, which owns it, and goes with it', async () => {
      const { metadata, spec } = claim(place.server, 'of-nobody');
      const template = { metadata: { labels: { kept: 'yes' }, annotations: { noted: metadata.name } }, spec };
      const manifest = place.server.podManifest(place.namespace, 'brief', [], {});
      const volumes = [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }];
      await place.create(pods, { ...manifest, spec: { ...(manifest['spec'] as object), volumes } });
      const { body: pod } = await place.get(pods, 'brief');
      const made = await place.untilIs(
        persistentVolumeClaims,
        'brief-scratch',
        ({ status }) => status?.phase === 'Bound',
      );
      expect(made).toMatchObject({
        metadata: {
          labels: { kept: 'yes' },
          annotations: { noted: 'of-nobody' },
          ownerReferences: [
            { kind: 'Pod', name: 'brief', uid: pod.metadata.uid, controller: true, blockOwnerDeletion: true },
          ],
        },
      });
      await place.delete(pods, 'brief');
      await place.untilGone(persistentVolumeClaims, 'brief-scratch');
      await place.untilGone(persistentVolumes, made.spec.volumeName);
    });

    test('that is deleted stays until its pods have gone, and takes its volume along', async () => {
      const { spec } = await boundClaim(place, 'used');
      await startPod(place, 'user', ['used']);
      const { body } = await place.delete(persistentVolumeClaims, 'used');
      expect(body).toMatchObject({
        kind: 'PersistentVolumeClaim',
        metadata: { deletionTimestamp: expect.any(String), finalizers: ['kubernetes.io/pvc-protection'] },
        status: { phase: 'Bound' },
      });
      expect((await place.get(persistentVolumeClaims, 'used')).status).toBe(200);
      await place.delete(pods, 'user');
      await place.untilGone(persistentVolumeClaims, 'used');
      await place.untilGone(persistentVolumes, spec.volumeName);
    });
  });
}
