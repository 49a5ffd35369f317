import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RestoreSettings } from '../../../src/restore/volume/settings.ts';
import { annotation } from '../../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../../scripts/faults/fault.ts';
import { namespace, snap, tiered, untilSettled } from '../../retention/real-snapshots.ts';
import { claims, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import { minuteMs, Scene } from './scene.ts';
import { createForeignClaim, createPodWith, fileOf, stallStorage } from './support.ts';
import { sampled } from '../../support/exhaustive.ts';

describe('restore', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  describe('makes a claim', () => {
    test('with the files of the snapshot, and leaves the volume of today alone', async () => {
      expect(await scene.run()).toEqual({
        namespace,
        snapshot: 'monday',
        pvc: 'restored',
        size: '1Gi',
        storageClass: 'folders',
        accessModes: ['ReadWriteOnce'],
        volumeMode: 'Filesystem',
        dryRun: false,
        existed: false,
        bound: true,
        waitsForPod: false,
      });
      expect([fileOf(scene.sandbox, 'restored'), fileOf(scene.sandbox, 'data')]).toEqual(['monday', 'today']);
      expect(scene.claim().metadata.annotations).toMatchObject({ [annotation.restoredFrom]: 'monday' });
    });

    test('by the name of its own claim, when that one is gone', async () => {
      scene.sandbox.objects.delete(claims, namespace, 'data');
      await vi.waitUntil(() => !scene.isThere('data'));
      expect(await scene.run({ pvc: 'data' })).toMatchObject({
        size: '1Gi',
        storageClass: 'folders',
        bound: true,
      });
      expect(fileOf(scene.sandbox, 'data')).toBe('monday');
    });

    test('that is like that of today, unless it is told otherwise', async () => {
      const resources = { requests: { storage: '2Gi' } };
      scene.sandbox.objects.update(claims, namespace, 'data', (one) => ({
        ...one,
        spec: { ...(one.spec as object), resources },
      }));
      scene.createClass('fast');
      expect(await scene.run()).toMatchObject({ size: '2Gi', storageClass: 'folders' });
      const other = { pvc: 'other', size: '3Gi', storageClass: 'fast', accessMode: 'ReadOnlyMany' };
      expect(await scene.run(other)).toMatchObject({
        size: '3Gi',
        storageClass: 'fast',
        accessModes: ['ReadOnlyMany'],
      });
      expect(fileOf(scene.sandbox, 'other')).toBe('monday');
    });

    test('from a snapshot that was brought back, which knows its claim by its label only', async () => {
      const resources = { requests: { storage: '2Gi' } };
      scene.sandbox.objects.touch(claims, scene.claim('data'), (one) => {
        one.spec = { ...(one.spec as object), resources };
      });
      await scene.bringBack('back');
      expect(await scene.run({ snapshot: 'back', wait: false })).toMatchObject({ size: '2Gi' });
    });

    test('and does not wait for it unless it is told to', async () => {
      stallStorage(scene.sandbox);
      expect(await scene.run({ wait: false })).toMatchObject({ bound: false, waitsForPod: false });
      expect(scene.verbs()).not.toContain('watch');
    });

    test('and waits for no pod when its class does, but says so', async () => {
      scene.createClass('patient', { volumeBindingMode: 'WaitForFirstConsumer' });
      const patient = { storageClass: 'patient' };
      expect(await scene.run(patient)).toMatchObject({ bound: false, waitsForPod: true });
      createPodWith(scene.sandbox, 'restored');
      await vi.waitUntil(() => scene.phase() === 'Bound');
      expect(fileOf(scene.sandbox, 'restored')).toBe('monday');
      expect(await scene.run(patient)).toMatchObject({ bound: true, waitsForPod: false, existed: true });
    });
  });

  test('finds the claim of an earlier run, and waits for it', async () => {
    const resume = stallStorage(scene.sandbox);
    await scene.run({ wait: false });
    scene.whileWaiting(resume);
    expect(await scene.run()).toMatchObject({ existed: true, bound: true });
    expect(fileOf(scene.sandbox, 'restored')).toBe('monday');
    expect(scene.verbs().filter((verb) => verb === 'create')).toHaveLength(1);
  });

  test('changes nothing in a dry run, and shows what it would make', async () => {
    const { manifest, bound } = await scene.run({ dryRun: true });
    expect({ manifest, bound }).toMatchObject({
      bound: false,
      manifest: {
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'restored' },
        spec: { storageClassName: 'folders' },
      },
    });
    expect(scene.isThere()).toBe(false);
    expect([...new Set(scene.verbs())].toSorted()).toEqual(['get', 'list']);
    scene.sandbox.objects.create(claims, namespace, manifest!);
    expect(await scene.run()).toMatchObject({ existed: true, bound: true });
  });

  describe('is refused, with all that is wrong at once,', () => {
    const expectRefused = (settings: Partial<RestoreSettings>, ...problems: string[]) =>
      expect(scene.run(settings)).rejects.toMatchObject({
        reason: 'preflight',
        problems: problems.map((words) => expect.stringContaining(words) as string),
      });

    test('when nothing that it is told is there', async () => {
      createForeignClaim(scene.sandbox, 'taken');
      await expectRefused(
        { snapshot: 'none', pvc: 'taken', storageClass: 'none' },
        "no VolumeSnapshot 'none' in namespace 'shop'",
        "PVC 'taken' in namespace 'shop' exists already, and was not made from this snapshot",
        "no StorageClass 'none'",
      );
    });

    test('when the snapshot is not ready, in the words of the storage', async () => {
      const spec = { volumeSnapshotClassName: 'none', source: { persistentVolumeClaimName: 'data' } };
      scene.sandbox.objects.create(snapshots, namespace, {
        apiVersion: '',
        kind: '',
        metadata: { name: 'failed' },
        spec,
      });
      await vi.waitUntil(() => scene.sandbox.objects.get(snapshots, namespace, 'failed').status);
      await expectRefused({ snapshot: 'failed' }, '"none" not found; wait until it is, or take another');
    });

    test('when the snapshot is marked as no backup, however ready it is', async () => {
      const monday = scene.sandbox.objects.get(snapshots, namespace, 'monday');
      const mark = { [annotation.failed]: 'killed' };
      scene.sandbox.objects.touch(snapshots, monday, ({ metadata }) => void (metadata.annotations = mark));
      await expectRefused({}, "VolumeSnapshot 'monday' in namespace 'shop' is not ready");
    });

    test('when the snapshot has lost its content', async () => {
      scene.loseContent();
      await expectRefused(
        {},
        "'monday' in namespace 'shop' has lost its VolumeSnapshotContent, and its data with it",
      );
    });

    test('when the snapshot is on its way out', async () => {
      scene.sandbox.objects.update(snapshots, namespace, 'monday', (one) => ({
        ...one,
        metadata: { ...one.metadata, finalizers: ['test/stays'] },
      }));
      scene.sandbox.objects.delete(snapshots, namespace, 'monday');
      await expectRefused({}, "'monday' in namespace 'shop' is being deleted");
    });

    test('when the class is of another driver, and the size too small', async () => {
      scene.createClass('foreign', { provisioner: 'another.example' });
      await expectRefused(
        { storageClass: 'foreign', size: '5Mi' },
        "of driver 'another.example'",
        "needs '1Gi'",
      );
    });

    test('when the claim was made from the snapshot, but is not what is asked for now', async () => {
      await scene.run();
      await expectRefused(
        { storageClass: 'fast', accessMode: 'ReadWriteMany', size: '2Gi' },
        "its storage class is 'folders', not 'fast'",
        "its access mode is 'ReadWriteOnce', not 'ReadWriteMany'",
        "its size is '1Gi', not '2Gi'",
      );
      expect(
        await scene.run({ storageClass: 'folders', accessMode: 'ReadWriteOnce', size: '1024Mi' }),
      ).toMatchObject({
        existed: true,
      });
    });

    test('when the claim was made from an earlier snapshot of that name', async () => {
      await scene.run();
      scene.sandbox.objects.delete(snapshots, namespace, 'monday');
      await untilSettled(scene.sandbox);
      scene.sandbox.clock.advance(minuteMs);
      await snap(scene.sandbox, 'monday', tiered());
      await expectRefused({}, 'exists already, and was not made from this snapshot');
    });

    test('when the claim is on its way out', async () => {
      await scene.run();
      createPodWith(scene.sandbox, 'restored');
      scene.sandbox.objects.delete(claims, namespace, 'restored');
      await expectRefused({}, 'is being deleted; wait until it is gone');
    });

    test('when what it stands on may not be looked at', async () => {
      const forbidden = status(403, { message: 'you may not get contents' });
      scene.faults.inject({ resource: 'volumesnapshotcontents', times: 1000 }, forbidden);
      await expect(scene.run()).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringContaining('you may not get contents') as string,
      });
      expect(scene.isThere()).toBe(false);
    });
  });

  test.each(
    sampled<[string, string, Fault]>(
      [
        ['the creation', 'create', reset('after')],
        ['the creation', 'create', reset('before')],
        ['the creation', 'create', status(503)],
        ['a look', 'get', status(500)],
        ['the list', 'list', status(503)],
        ['the watch', 'watch', reset('after')],
      ],
      3,
    ),
  )('gets over the loss of the answer to %s (%s, %o)', async (_, verb, fault) => {
    scene.faults.inject({ verb }, fault);
    expect(await scene.run()).toMatchObject({ bound: true, existed: false });
    expect(fileOf(scene.sandbox, 'restored')).toBe('monday');
  });

  test('does not take for its own what somebody else has made meanwhile', async () => {
    scene.onAnswer = ({ verb }) => {
      if (verb === 'list' && !scene.isThere()) createForeignClaim(scene.sandbox, 'restored');
    };
    scene.faults.inject({ verb: 'create' }, reset('after'));
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringMatching(
        /^Creating PVC 'restored' in namespace 'shop' failed: .*already exists/,
      ) as string,
    });
  });

  test('says why the claim may not be made', async () => {
    const quota = status(403, { message: 'exceeded quota: storage' });
    scene.faults.inject({ verb: 'create', times: 1000 }, quota);
    await expect(scene.run()).rejects.toMatchObject({
      reason: 'verification',
      message: "Creating PVC 'restored' in namespace 'shop' failed: exceeded quota: storage",
    });
  });
});
