import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Context } from '../../src/context.ts';
import { restoreVolume, type RestoreResult } from '../../src/recovery/restore-volume.ts';
import type { RestoreSettings } from '../../src/settings/restore.ts';
import { annotation } from '../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../faults/fault.ts';
import { startFaults, type Faults } from '../faults/faults.ts';
import { namespace, snap, tiered, untilSettled } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import { driver } from '../sandbox/driver.ts';
import { claims, events, snapshots, storageClasses } from '../sandbox/objects/kinds.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { LogLine } from '../support/context.ts';
import { createForeignClaim, createPodWith, fileOf, openMonday, person, stallStorage } from './support.ts';

const minuteMs = 60_000;
const fromMonday: RestoreSettings = {
  namespace,
  snapshot: 'monday',
  pvc: 'restored',
  storageClass: undefined,
  accessMode: undefined,
  size: undefined,
  wait: true,
  timeoutMilliseconds: 15 * minuteMs,
  dryRun: false,
};

interface Request {
  readonly verb: string;
  readonly resource: string;
}

describe('restore', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** What the run has said. */
  let lines: readonly LogLine[];
  /** Called before each answer is passed on. */
  let onAnswer: (request: Request) => void;
  /** Awaited before each request is passed on. */
  let onRequest: (request: Request) => Promise<void>;

  beforeEach(async () => {
    sandbox = await openMonday();
    onAnswer = () => {};
    onRequest = () => Promise.resolve();
    const hook = async ({ phase, request }: { phase: string; request: Request }): Promise<void> => {
      if (phase === 'answered') onAnswer(request);
      if (phase === 'received') await onRequest(request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function run(settings: Partial<RestoreSettings> = {}): Promise<RestoreResult> {
    const all = { ...fromMonday, ...settings };
    const restoreIt = (context: Context & { readonly lines: readonly LogLine[] }) => {
      ({ lines } = context);
      return restoreVolume(all, context);
    };
    return inSandbox(sandbox, faults.url, restoreIt, person);
  }
  const claim = (name = 'restored') => sandbox.objects.get(claims, namespace, name);
  const isThere = (name = 'restored') => sandbox.objects.find(claims, namespace, name) !== undefined;
  const verbs = () => faults.requests.map(({ verb }) => verb);
  /** Once the run waits. */
  const whileWaiting = (act: () => void): void => {
    onAnswer = ({ verb }) => {
      if (verb === 'watch') act();
    };
  };
  const createClass = (name: string, fields: object = {}): void => {
    const manifest = { apiVersion: '', kind: '', metadata: { name }, provisioner: driver, ...fields };
    sandbox.objects.create(storageClasses, undefined, manifest);
  };

  /** As the provisioner does; of this claim, unless of the one with another uid. */
  function reportFailure(
    name: string,
    lastTimestamp: string,
    message: string,
    uid = claim().metadata.uid,
  ): void {
    const involvedObject = { kind: 'PersistentVolumeClaim', namespace, name: 'restored', uid };
    const event = { apiVersion: '', kind: '', metadata: { name }, reason: 'ProvisioningFailed' };
    sandbox.objects.create(events, namespace, { ...event, involvedObject, lastTimestamp, message });
  }

  describe('makes a claim', () => {
    test('with the files of the snapshot, and leaves the volume of today alone', async () => {
      expect(await run()).toEqual({
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
      expect([fileOf(sandbox, 'restored'), fileOf(sandbox, 'data')]).toEqual(['monday', 'today']);
      expect(claim().metadata.annotations).toMatchObject({ [annotation.restoredFrom]: 'monday' });
    });

    test('by the name of its own claim, when that one is gone', async () => {
      sandbox.objects.delete(claims, namespace, 'data');
      await vi.waitUntil(() => !isThere('data'));
      expect(await run({ pvc: 'data' })).toMatchObject({ size: '1Gi', storageClass: 'folders', bound: true });
      expect(fileOf(sandbox, 'data')).toBe('monday');
    });

    test('that is like that of today, unless it is told otherwise', async () => {
      const resources = { requests: { storage: '2Gi' } };
      sandbox.objects.update(claims, namespace, 'data', (one) => ({
        ...one,
        spec: { ...(one.spec as object), resources },
      }));
      createClass('fast');
      expect(await run()).toMatchObject({ size: '2Gi', storageClass: 'folders' });
      const other = { pvc: 'other', size: '3Gi', storageClass: 'fast', accessMode: 'ReadOnlyMany' };
      expect(await run(other)).toMatchObject({
        size: '3Gi',
        storageClass: 'fast',
        accessModes: ['ReadOnlyMany'],
      });
      expect(fileOf(sandbox, 'other')).toBe('monday');
    });

    test('and does not wait for it unless it is told to', async () => {
      stallStorage(sandbox);
      expect(await run({ wait: false })).toMatchObject({ bound: false, waitsForPod: false });
      expect(verbs()).not.toContain('watch');
    });

    test('and waits for no pod when its class does, but says so', async () => {
      createClass('patient', { volumeBindingMode: 'WaitForFirstConsumer' });
      const patient = { storageClass: 'patient' };
      expect(await run(patient)).toMatchObject({ bound: false, waitsForPod: true });
      createPodWith(sandbox, 'restored');
      await vi.waitUntil(() => (claim().status as { phase: string }).phase === 'Bound');
      expect(fileOf(sandbox, 'restored')).toBe('monday');
      expect(await run(patient)).toMatchObject({ bound: true, waitsForPod: false, existed: true });
    });
  });

  test('finds the claim of an earlier run, and waits for it', async () => {
    const resume = stallStorage(sandbox);
    await run({ wait: false });
    whileWaiting(resume);
    expect(await run()).toMatchObject({ existed: true, bound: true });
    expect(fileOf(sandbox, 'restored')).toBe('monday');
    expect(verbs().filter((verb) => verb === 'create')).toHaveLength(1);
  });

  test('changes nothing in a dry run, and shows what it would make', async () => {
    const { manifest, bound } = await run({ dryRun: true });
    expect({ manifest, bound }).toMatchObject({
      bound: false,
      manifest: {
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'restored' },
        spec: { storageClassName: 'folders' },
      },
    });
    expect(isThere()).toBe(false);
    expect([...new Set(verbs())].toSorted()).toEqual(['get', 'list']);
    sandbox.objects.create(claims, namespace, manifest!);
    expect(await run()).toMatchObject({ existed: true, bound: true });
  });

  describe('is refused, with all that is wrong at once,', () => {
    const expectRefused = (settings: Partial<RestoreSettings>, ...problems: string[]) =>
      expect(run(settings)).rejects.toMatchObject({
        reason: 'preflight',
        problems: problems.map((words) => expect.stringContaining(words) as string),
      });

    test('when nothing that it is told is there', async () => {
      createForeignClaim(sandbox, 'taken');
      await expectRefused(
        { snapshot: 'none', pvc: 'taken', storageClass: 'none' },
        "no VolumeSnapshot 'none' in namespace 'shop'",
        "PVC 'taken' in namespace 'shop' exists already, and was not made from this snapshot",
        "no StorageClass 'none'",
      );
    });

    test('when the snapshot is not ready, in the words of the storage', async () => {
      const spec = { volumeSnapshotClassName: 'none', source: { persistentVolumeClaimName: 'data' } };
      sandbox.objects.create(snapshots, namespace, {
        apiVersion: '',
        kind: '',
        metadata: { name: 'failed' },
        spec,
      });
      await vi.waitUntil(() => sandbox.objects.get(snapshots, namespace, 'failed').status);
      await expectRefused({ snapshot: 'failed' }, '"none" not found; wait until it is, or take another');
    });

    test('when the snapshot is on its way out', async () => {
      sandbox.objects.update(snapshots, namespace, 'monday', (one) => ({
        ...one,
        metadata: { ...one.metadata, finalizers: ['test/stays'] },
      }));
      sandbox.objects.delete(snapshots, namespace, 'monday');
      await expectRefused({}, "'monday' in namespace 'shop' is being deleted");
    });

    test('when the class is of another driver, and the size too small', async () => {
      createClass('foreign', { provisioner: 'another.example' });
      await expectRefused(
        { storageClass: 'foreign', size: '5Mi' },
        "of driver 'another.example'",
        "needs '1Gi'",
      );
    });

    test('when the claim was made from the snapshot, but is not what is asked for now', async () => {
      await run();
      await expectRefused(
        { storageClass: 'fast', accessMode: 'ReadWriteMany', size: '2Gi' },
        "its storage class is 'folders', not 'fast'",
        "its access mode is 'ReadWriteOnce', not 'ReadWriteMany'",
        "its size is '1Gi', not '2Gi'",
      );
      expect(
        await run({ storageClass: 'folders', accessMode: 'ReadWriteOnce', size: '1024Mi' }),
      ).toMatchObject({
        existed: true,
      });
    });

    test('when the claim was made from an earlier snapshot of that name', async () => {
      await run();
      sandbox.objects.delete(snapshots, namespace, 'monday');
      await untilSettled(sandbox);
      sandbox.clock.advance(minuteMs);
      await snap(sandbox, 'monday', tiered());
      await expectRefused({}, 'exists already, and was not made from this snapshot');
    });

    test('when the claim is on its way out', async () => {
      await run();
      createPodWith(sandbox, 'restored');
      sandbox.objects.delete(claims, namespace, 'restored');
      await expectRefused({}, 'is being deleted; wait until it is gone');
    });

    test('when what it stands on may not be looked at', async () => {
      const forbidden = status(403, { message: 'you may not get contents' });
      faults.inject({ resource: 'volumesnapshotcontents', times: 1000 }, forbidden);
      await expect(run()).rejects.toMatchObject({
        reason: 'preflight',
        message: expect.stringContaining('you may not get contents') as string,
      });
      expect(isThere()).toBe(false);
    });
  });

  describe('that waits', () => {
    test('says every half a minute what the storage reports', async () => {
      const resume = stallStorage(sandbox);
      whileWaiting(() => {
        if (sandbox.objects.all(events).length > 0) return;
        reportFailure('a', '2026-11-21T12:00:08Z', 'no space left');
        sandbox.clock.advance(minuteMs / 2);
      });
      const ended = run();
      const isSaid = () => lines?.some(({ reason }) => reason === 'no space left');
      await vi.waitUntil(isSaid);
      resume();
      expect(await ended).toMatchObject({ bound: true });
    });

    test('gives up after its time with what the storage said last, and leaves the claim', async () => {
      stallStorage(sandbox);
      whileWaiting(() => {
        if (sandbox.objects.all(events).length > 0) return;
        reportFailure('b', '2026-11-21T12:00:09Z', 'no space left');
        reportFailure('a', '2026-11-21T12:00:08Z', 'not yet');
        reportFailure('c', '2026-11-21T12:00:10Z', 'of another', 'another');
        sandbox.clock.advance(15 * minuteMs);
      });
      await expect(run()).rejects.toMatchObject({
        reason: 'verification',
        message:
          "PVC 'restored' in namespace 'shop' was not bound after 900 s, the storage says: no space left; it stays and may still be bound, describe it with: kubectl -n shop describe pvc restored",
      });
      expect(isThere()).toBe(true);
    });

    test('gives up as well when nobody may read what the storage said', async () => {
      stallStorage(sandbox);
      faults.inject({ resource: 'events', times: 1000 }, status(403));
      whileWaiting(() => sandbox.clock.advance(15 * minuteMs));
      await expect(run()).rejects.toMatchObject({
        reason: 'verification',
        message: expect.stringContaining('the storage reports no error') as string,
      });
    });

    test('ends when the claim is deleted', async () => {
      stallStorage(sandbox);
      whileWaiting(() => void (isThere() && sandbox.objects.delete(claims, namespace, 'restored')));
      await expect(run()).rejects.toMatchObject({
        reason: 'verification',
        message: expect.stringContaining('was deleted while it was restored') as string,
      });
    });

    test('ends when the volume is lost', async () => {
      stallStorage(sandbox);
      whileWaiting(() =>
        sandbox.objects.touch(claims, claim(), (one) => void (one.status = { phase: 'Lost' }), 'status'),
      );
      await expect(run()).rejects.toMatchObject({
        reason: 'verification',
        message: expect.stringContaining('has lost its volume') as string,
      });
    });

    test('is content with a claim that is bound in the last moment', async () => {
      const resume = stallStorage(sandbox);
      let isOver = false;
      whileWaiting(() => {
        isOver = true;
        sandbox.clock.advance(15 * minuteMs);
      });
      onRequest = async ({ verb, resource }) => {
        if (!isOver || verb !== 'get' || resource !== 'persistentvolumeclaims') return;
        resume();
        await vi.waitUntil(() => (claim().status as { phase?: string }).phase === 'Bound');
      };
      expect(await run()).toMatchObject({ bound: true });
      expect(verbs().at(-1)).toBe('get');
    });
  });

  test.each<[string, string, Fault]>([
    ['the creation', 'create', reset('after')],
    ['the creation', 'create', reset('before')],
    ['the creation', 'create', status(503)],
    ['a look', 'get', status(500)],
    ['the list', 'list', status(503)],
    ['the watch', 'watch', reset('after')],
  ])('gets over the loss of the answer to %s (%s, %o)', async (_, verb, fault) => {
    faults.inject({ verb }, fault);
    expect(await run()).toMatchObject({ bound: true, existed: false });
    expect(fileOf(sandbox, 'restored')).toBe('monday');
  });

  test('does not take for its own what somebody else has made meanwhile', async () => {
    onAnswer = ({ verb }) => {
      if (verb === 'list' && !isThere()) createForeignClaim(sandbox, 'restored');
    };
    faults.inject({ verb: 'create' }, reset('after'));
    await expect(run()).rejects.toMatchObject({
      reason: 'verification',
      message: expect.stringMatching(
        /^Creating PVC 'restored' in namespace 'shop' failed: .*already exists/,
      ) as string,
    });
  });

  test('says why the claim may not be made', async () => {
    const quota = status(403, { message: 'exceeded quota: storage' });
    faults.inject({ verb: 'create', times: 1000 }, quota);
    await expect(run()).rejects.toMatchObject({
      reason: 'verification',
      message: "Creating PVC 'restored' in namespace 'shop' failed: exceeded quota: storage",
    });
  });
});
