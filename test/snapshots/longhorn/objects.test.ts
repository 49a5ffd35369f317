import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { persistentVolumes } from '../../../src/kube/resources.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { awaited, kindFor } from '../../../src/snapshots/longhorn/kind.ts';
import { isBehindHead, storedIn, waitsForNext } from '../../../src/snapshots/longhorn/longhorn-snapshot.ts';
import { plan } from '../../../src/snapshots/longhorn/plan.ts';
import { longhorn } from '../../../src/snapshots/longhorn/provider.ts';
import {
  longhornSettings,
  longhornSnapshots,
  longhornVolumes,
} from '../../../src/snapshots/longhorn/resources.ts';
import { readSnapshot } from '../../../src/snapshots/managed.ts';
import type { SnapshotRequest } from '../../../src/snapshots/snapshot-method.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const volume = 'pvc-1';
const request: SnapshotRequest = {
  namespace: 'shop',
  name: 'night',
  pvc: 'data',
  className: 'longhorn',
  labels: { [label.backup]: 'b1', [label.pvc]: 'data' },
  annotations: {},
};
const of = (namespace: string, status: object = {}, metadata: object = {}): KubeObject =>
  object(
    'Snapshot',
    { name: 'night', labels: { [label.namespace]: namespace }, ...metadata },
    { spec: { volume }, status },
  );

describe('a Snapshot of Longhorn, as it is stored', () => {
  test('is of the namespace that its label says, with what Longhorn says of it', () => {
    const status = {
      readyToUse: true,
      creationTime: '2026-11-20T02:30:00Z',
      restoreSize: 2 ** 30,
      error: '',
    };
    expect(storedIn(of('shop', status))).toMatchObject({
      metadata: { namespace: 'shop', name: 'night' },
      isReadyToUse: true,
      cutAt: '2026-11-20T02:30:00Z',
      restoreSize: '1073741824',
      content: volume,
      error: undefined,
    });
    expect(storedIn(of('shop', { error: 'not yet' }))).toMatchObject({
      isReadyToUse: false,
      error: { message: 'not yet' },
    });
    expect(storedIn(of('shop', status), 'shop')).toBeDefined();
    expect(storedIn(of('shop', status), 'other')).toBeUndefined();
    for (const nobody of [of(''), object('Snapshot', { name: 'night' })])
      expect(storedIn(nobody)).toBeUndefined();
  });

  test('is no backup once the engine is told to take it out', () => {
    const status = { readyToUse: true, markRemoved: true, creationTime: '2026-11-20T02:30:00Z' };
    expect(storedIn(of('shop', status))?.isReadyToUse).toBe(false);
    const deletionTimestamp = '2026-11-20T03:00:00Z';
    expect(waitsForNext(of('shop', status, { deletionTimestamp }))).toBe(true);
    expect(waitsForNext(of('shop', { markRemoved: false }, { deletionTimestamp }))).toBe(false);
    expect(waitsForNext(of('shop', status))).toBe(false);
    expect(isBehindHead(of('shop', { children: { 'volume-head': true } }))).toBe(true);
    for (const children of [{ next: true }, {}, null, 'volume-head', undefined])
      expect(isBehindHead(of('shop', { children }))).toBe(false);
  });

  test('may have anything in it, and is read all the same', () => {
    const made = { creationTimestamp: '2026-11-20T02:30:00Z', uid: 'u', resourceVersion: '1' };
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (spec, status) => {
        const odd = { ...of('shop', {}, made), spec, status } as unknown as KubeObject;
        const snapshot = storedIn(odd);
        expect(readSnapshot(snapshot!, 'UTC').namespace).toBe('shop');
        expect([true, false]).toContain(isBehindHead(odd));
        expect(waitsForNext(odd)).toBe(false);
      }),
    );
  });
});

describe('a Snapshot of Longhorn that is made', () => {
  const kind = kindFor(new Map([['data', volume]]));

  test('is the one that is there when the answer is lost, and is ours', async () => {
    const kube = new FakeKube();
    kube.failNext('create snapshots', kubeError(0, 'NetworkError'), { isDone: true });
    await kind.create(request, testContext(kube));
    expect(kube.all(longhornSnapshots)).toMatchObject([
      {
        metadata: {
          namespace: 'longhorn-system',
          name: 'night',
          labels: { ...request.labels, [label.namespace]: 'shop', longhornvolume: volume },
        },
        spec: { volume, createSnapshot: true },
      },
    ]);
  });

  test.each([
    ['of another namespace', { [label.namespace]: 'other', [label.backup]: 'b1' }, volume],
    ['of another backup', { [label.namespace]: 'shop', [label.backup]: 'b0' }, volume],
    ['of another volume', { [label.namespace]: 'shop', [label.backup]: 'b1' }, 'pvc-2'],
  ])('is not taken for one %s that has its name', async (_, labels, other) => {
    const kube = new FakeKube();
    kube.put(longhornSnapshots, object('Snapshot', { name: 'night', labels }, { spec: { volume: other } }));
    kube.failNext('create snapshots', kubeError(0, 'NetworkError'));
    await expect(kind.create(request, testContext(kube))).rejects.toThrow('already exists');
  });

  test('is lost when somebody takes off the label of its namespace while it is waited for', () => {
    expect(() => awaited.read(object('Snapshot', { name: 'night' }))).toThrow(
      'it lost the label of its namespace',
    );
    expect(awaited.placeOf({ namespace: 'shop', name: 'night' })).toEqual({
      namespace: 'longhorn-system',
      name: 'night',
    });
  });
});

describe('a volume of Longhorn', () => {
  const claim = { namespace: 'shop', name: 'data', uid: 'u', madeAt: 1, volume: 'pv-1' };

  function scene(taken: number, spec: object, setting?: unknown) {
    const kube = new FakeKube();
    const csi = { driver: 'driver.longhorn.io', volumeHandle: volume };
    kube.put(persistentVolumes, object('PersistentVolume', { name: 'pv-1' }, { spec: { csi } }));
    kube.put(longhornVolumes, object('Volume', { name: volume }, { spec }));
    for (let one = 0; one < taken; one++)
      kube.put(
        longhornSnapshots,
        object('Snapshot', { name: `s-${one}`, labels: { longhornvolume: volume } }),
      );
    if (setting !== undefined)
      kube.put(longhornSettings, object('Setting', { name: 'snapshot-max-count' }, { value: setting }));
    const context = testContext(kube);
    return { kube, context, plan: () => plan([claim], { className: undefined, group: undefined }, context) };
  }
  const room =
    /^Longhorn Volume 'pvc-1' of PVC 'data' in namespace 'shop' has (\d+) snapshots, and may have (\d+); /;

  test.each([
    ['its own limit', 3, { snapshotMaxCount: 3 }, '10', 3],
    ['that of the settings', 4, { snapshotMaxCount: 0 }, '4', 4],
    ['that of Longhorn where the setting is odd', 250, {}, 'many', 250],
    ['that of Longhorn where there is no setting', 250, {}, undefined, 250],
  ])('is full at %s, and one below it is warned of', async (_, taken, spec, setting, most) => {
    const full = scene(taken, spec, setting);
    const { problems = [] } = (await full.plan()) as { problems?: string[] };
    expect(room.exec(problems[0] ?? '')?.slice(1)).toEqual([String(taken), String(most)]);
    const nearly = scene(taken - 1, spec, setting);
    expect(await nearly.plan()).toMatchObject({
      found: { volumes: [{ pvc: 'data', pvcUid: 'u', madeAt: 1, className: 'longhorn' }] },
    });
    const warned = nearly.context.lines.filter(({ msg }) => room.test(msg)).length;
    expect(warned).toBe(taken - 1 >= most * 0.8 ? 1 : 0);
  });

  test.each([
    ['that no driver has', undefined, "is on volume 'pv-1', which is not one of Longhorn's"],
    [
      'of another driver',
      { driver: 'd', volumeHandle: volume },
      "is on volume 'pv-1', which is not one of Longhorn's",
    ],
    [
      'without a handle',
      { driver: 'driver.longhorn.io' },
      "is on volume 'pv-1', which is not one of Longhorn's",
    ],
    [
      'that Longhorn does not know',
      { driver: 'driver.longhorn.io', volumeHandle: 'gone' },
      "is on Longhorn Volume 'gone', which is not there",
    ],
  ])('is refused %s', async (_, csi, words) => {
    const one = scene(0, {});
    one.kube.put(persistentVolumes, object('PersistentVolume', { name: 'pv-1' }, { spec: { csi } }));
    expect(await one.plan()).toEqual({ problems: [expect.stringContaining(words)] });
  });

  test('is never snapshotted as a group', async () => {
    const { context } = scene(0, {});
    const wanted = { className: undefined, group: { selector: { a: 'b' }, className: undefined } };
    expect(await plan([claim], wanted, context)).toEqual({
      problems: [expect.stringContaining('leave out ⟪groupSelector⟫')],
    });
  });
});

test('doctor says whether Longhorn is there, and has volumes', async () => {
  const kube = new FakeKube();
  const context = testContext(kube);
  const said = async () =>
    (await longhorn.examine([], context)).map(({ verdict, what }) => `${verdict}: ${what}`);
  expect(await said()).toEqual(['warning: Longhorn is there, and has no volumes']);
  kube.put(longhornVolumes, object('Volume', { name: volume }));
  expect(await said()).toEqual(['ok: Longhorn is there, and has volumes']);
  kube.failNext('list volumes', kubeError(404, 'NotFound', 'no such page'));
  expect(await said()).toEqual(['problem: This cluster does not know Longhorn (no such page)']);
});
