import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../../../src/kube/object.ts';
import {
  persistentVolumeClaims,
  storageClasses,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../../../src/kube/resources.ts';
import { restoreVolume } from '../../../src/restore/volume/restore-volume.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';

const minute = 60_000;
const dataSource = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'night' };

/** A ready snapshot `night`, and what else there is; with the run that restores it. */
function scene({ claim, phase, binding }: { claim?: object; phase?: string; binding?: string } = {}) {
  const kube = new FakeKube();
  const context = testContext(kube);
  const status = { readyToUse: true, restoreSize: '1Gi', boundVolumeSnapshotContentName: 'c' };
  kube.put(volumeSnapshots, object('VolumeSnapshot', { name: 'night' }, { status }));
  kube.put(volumeSnapshotContents, object('VolumeSnapshotContent', { name: 'c' }, { spec: { driver: 'd' } }));
  const fields = { provisioner: 'd', ...(binding !== undefined && { volumeBindingMode: binding }) };
  kube.put(storageClasses, object('StorageClass', { name: 'fast' }, fields));
  const put = (spec: object, metadata: ObjectMeta = {}, now = phase) => {
    const all = { name: 'restored', ...metadata };
    const state = { spec: { dataSource, ...spec }, status: { phase: now } };
    kube.put(persistentVolumeClaims, object('PersistentVolumeClaim', all, state));
  };
  if (claim) put(claim);
  const settings = {
    namespace: 'shop',
    snapshot: 'night',
    pvc: 'restored',
    storageClass: undefined,
    accessMode: undefined,
    size: undefined,
    wait: true,
    timeoutMilliseconds: minute,
    dryRun: false,
  };
  const run = (changes: Partial<typeof settings> = {}) =>
    restoreVolume({ ...settings, ...changes }, new RecordingCaller(), context);
  const settled = async () => {
    await context.clock.sleeping(minute);
    await setImmediate();
  };
  return { kube, context, put, run, settled };
}

describe('a volume that is restored', () => {
  it('is told as it was found, whatever its claim does not say', async () => {
    expect(await scene({ claim: {}, phase: 'Bound' }).run()).toEqual({
      namespace: 'shop',
      snapshot: 'night',
      pvc: 'restored',
      size: '',
      storageClass: '',
      accessModes: [],
      volumeMode: 'Filesystem',
      dryRun: false,
      existed: true,
      bound: true,
      waitsForPod: false,
    });
  });

  it('is made once, and shown as it would be in a dry run', async () => {
    const { kube, run } = scene();
    const dry = await run({ dryRun: true });
    expect(dry).toMatchObject({
      dryRun: true,
      existed: false,
      bound: false,
      manifest: { spec: { dataSource } },
    });
    expect(kube.calls).not.toContain('create persistentvolumeclaims');
    const made = await run({ wait: false });
    expect(made).toMatchObject({ size: '1Gi', storageClass: 'fast', existed: false, bound: false });
    const again = await run({ wait: false, dryRun: true });
    expect(again).toMatchObject({ existed: true });
    expect(again).not.toHaveProperty('manifest');
  });

  it.each([
    ['WaitForFirstConsumer', true],
    ['Immediate', false],
    [undefined, false],
  ])('of a class that binds %s waits for a pod: %s', async (binding, waitsForPod) => {
    const { run } = scene(binding === undefined ? {} : { binding });
    expect(await run({ wait: false })).toMatchObject({ waitsForPod });
  });

  it('is waited for until it is bound', async () => {
    const { put, run, settled } = scene();
    const running = run();
    await settled();
    put({});
    await setImmediate();
    put({}, {}, 'Bound');
    expect(await running).toMatchObject({ bound: true, existed: false });
  });

  it.each<[string, (one: ReturnType<typeof scene>) => void, string]>([
    ['is deleted', ({ kube }) => kube.remove(persistentVolumeClaims, 'restored'), 'was deleted while'],
    ['is going', ({ put }) => put({}, { deletionTimestamp: 'now' }, 'Bound'), 'was deleted while'],
    ['is another', ({ put }) => put({}, { uid: 'x' }, 'Bound'), 'was deleted while'],
    ['has lost its volume', ({ put }) => put({}, {}, 'Lost'), 'has lost its volume'],
    ['is not bound in time', ({ context }) => context.clock.advance(minute), 'was not bound after 60 s'],
  ])('is given up when its claim %s', async (_, act, words) => {
    const one = scene();
    const running = one.run();
    running.catch(() => {});
    await one.settled();
    act(one);
    await expect(running).rejects.toThrow(words);
  });
});
