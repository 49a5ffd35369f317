import { describe, expect, test } from 'vitest';
import {
  configMaps,
  jobs,
  leases,
  secrets,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../../src/kube/resources.ts';
import { configMap, preProvisionedContent, secret, suspendedJob, volumeSnapshot } from './manifests.ts';
import type { ContractServer } from './server.ts';
import { Place, refusal } from './support.ts';

/** What holds for single kinds that this project writes. Claims are in the contract of snapshots. */
export function kindsContract(server: () => ContractServer): void {
  describe('the rules of kinds', () => {
    const place = new Place(server, 'kinds');

    test('a ConfigMap that is immutable keeps its data, but not its labels', async () => {
      await place.create(configMaps, { ...configMap('fixed'), immutable: true });
      const rule = 'Forbidden: field is immutable when `immutable` is set';
      expect(await place.patch(configMaps, 'fixed', { data: { a: '2' } })).toMatchObject(
        refusal(422, 'Invalid', `ConfigMap "fixed" is invalid: data: ${rule}`),
      );
      expect(await place.patch(configMaps, 'fixed', { immutable: false })).toMatchObject(
        refusal(422, 'Invalid', `ConfigMap "fixed" is invalid: immutable: ${rule}`),
      );
      expect(await place.patch(configMaps, 'fixed', { metadata: { labels: { a: '2' } } })).toMatchObject({
        status: 200,
      });
    });

    test('a Secret takes stringData into data, and its type stays', async () => {
      const data = { a: 'MQ==', b: 'Mg==' };
      const body = await place.create(secrets, { ...secret('text'), data, stringData: { a: 'over' } });
      expect(body).toMatchObject({ type: 'Opaque', data: { a: 'b3Zlcg==', b: 'Mg==' } });
      expect(body.stringData).toBeUndefined();
      expect(await place.patch(secrets, 'text', { type: 'other' })).toMatchObject(
        refusal(422, 'Invalid', 'Secret "text" is invalid: type: Invalid value: "other": field is immutable'),
      );
    });

    test('a Lease has microseconds in its times', async () => {
      const lease = (name: string, renewTime: string) => ({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name },
        spec: { holderIdentity: 'me', leaseDurationSeconds: 10, renewTime },
      });
      const renewTime = '2026-01-02T03:04:05.123456Z';
      const { spec } = await place.create(leases, lease('micro', renewTime));
      expect(spec).toEqual({ holderIdentity: 'me', leaseDurationSeconds: 10, renewTime });
      expect(await place.post(leases, lease('seconds', '2026-01-02T03:04:05Z'))).toMatchObject(
        refusal(400, 'BadRequest', expect.stringContaining('parsing time "2026-01-02T03:04:05Z"')),
      );
    });

    test("a Job's template stays, and its status is no part of what is written", async () => {
      const body = await place.create(jobs, { ...suspendedJob('job'), status: { succeeded: 5 } });
      expect(body.status).toEqual({});
      const template = { spec: { activeDeadlineSeconds: 5 } };
      expect(await place.patch(jobs, 'job', { spec: { template } })).toMatchObject(
        refusal(422, 'Invalid', expect.stringMatching(/^Job.batch "job" is invalid: .*field is immutable$/)),
      );
      const patched = await place.patch(jobs, 'job', { spec: { parallelism: 2 }, status: { succeeded: 4 } });
      expect(patched).toMatchObject({ status: 200, body: { metadata: { generation: 2 } } });
      expect(patched.body.status.succeeded).toBeUndefined();
    });

    test("a VolumeSnapshot's source stays, and is one thing", async () => {
      const id = `VolumeSnapshot.snapshot.storage.k8s.io "source" is invalid: spec.source`;
      const one = 'exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set';
      for (const source of [{}, { persistentVolumeClaimName: 'a', volumeSnapshotContentName: 'b' }]) {
        expect(await place.post(volumeSnapshots, volumeSnapshot('source', { source }))).toMatchObject(
          refusal(422, 'Invalid', `${id}: Invalid value: ${one}`),
        );
      }
      await place.create(volumeSnapshots, volumeSnapshot('source'));
      const spec = { source: { persistentVolumeClaimName: 'other' } };
      const field = 'persistentVolumeClaimName';
      expect(await place.patch(volumeSnapshots, 'source', { spec })).toMatchObject(
        refusal(422, 'Invalid', `${id}.${field}: Invalid value: "other": ${field} is immutable`),
      );
    });

    test('a VolumeSnapshot without its spec, or with one of another type, is refused', async () => {
      const { spec, ...bare } = volumeSnapshot('shape');
      expect(await place.post(volumeSnapshots, bare)).toMatchObject(
        refusal(422, 'Invalid', expect.stringContaining('spec: Required value')),
      );
      const wrong = { ...bare, spec: { ...(spec as object), source: 7 } };
      const message = 'spec.source in body must be of type object: "integer"';
      expect(await place.post(volumeSnapshots, wrong)).toMatchObject(
        refusal(422, 'Invalid', expect.stringContaining(message)),
      );
    });

    test("a VolumeSnapshot's status and the rest of it are written apart", async () => {
      await place.create(volumeSnapshots, {
        ...volumeSnapshot('status', { className: 'no-such-class' }),
        status: { restoreSize: '1Gi' },
      });
      // The snapshot controller writes here, too, but neither of these.
      const change = { metadata: { labels: { written: 'yes' } }, status: { restoreSize: '2Gi' } };
      const main = await place.patch(volumeSnapshots, 'status', change);
      expect(main.body.metadata.labels).toEqual({ written: 'yes' });
      expect(main.body.status?.restoreSize).toBeUndefined();
      const more = { metadata: { labels: { more: 'yes' } }, status: { restoreSize: '2Gi' } };
      const status = await place.patch(volumeSnapshots, 'status', more, { subresource: 'status' });
      expect(status.body.metadata.labels).toEqual({ written: 'yes' });
      expect(status.body.status.restoreSize).toBe('2Gi');
      expect(status.body.metadata.generation).toBe(1);
    });

    test("a VolumeSnapshotContent's source and volume mode stay", async () => {
      const boundTo = { namespace: place.namespace, name: 'never' };
      const { metadata } = await place.create(
        volumeSnapshotContents,
        preProvisionedContent(place.server, 'no-such-snapshot', boundTo),
      );
      const patch = (spec: object) => place.patch(volumeSnapshotContents, metadata.name, { spec });
      const source = await patch({ source: { snapshotHandle: 'other' } });
      const mode = await patch({ sourceVolumeMode: 'Block' });
      const policy = await patch({ deletionPolicy: 'Keep' });
      await place.delete(volumeSnapshotContents, metadata.name);
      await place.patch(volumeSnapshotContents, metadata.name, { metadata: { finalizers: null } });
      const end = (text: string) => expect.stringContaining(text);
      expect(source).toMatchObject(refusal(422, 'Invalid', end('"other": snapshotHandle is immutable')));
      expect(mode).toMatchObject(refusal(422, 'Invalid', end('"Block": sourceVolumeMode is immutable')));
      expect(policy).toMatchObject(
        refusal(
          422,
          'Invalid',
          end('spec.deletionPolicy: Unsupported value: "Keep": supported values: "Delete", "Retain"'),
        ),
      );
    });
  });
}
