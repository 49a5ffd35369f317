import { expect, test } from 'vitest';
import { listSnapshots } from '../../../src/catalogue/list-snapshots.ts';
import { deleteNamed } from '../../../src/retention/delete/delete-named.ts';
import { hold } from '../../../src/retention/hold/hold.ts';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { retain } from '../../../src/retention/retain/retain.ts';
import { retainSettings } from '../../../src/retention/retain/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { longhorn } from '../../../src/snapshots/longhorn/provider.ts';
import { longhornNamespace, snapshots, volumes } from '../../../scripts/sandbox/longhorn/kinds.ts';
import { claims } from '../../../scripts/sandbox/objects/kinds.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { LonghornScene } from './scene.ts';

const all = { tiers: [], adhoc: false, marked: false, held: false, failed: false, pvc: undefined };
const day = 24 * 60 * 60_000;

const keep = ({ context }: LonghornScene, policy: Record<string, string>) =>
  retain(readSettings(retainSettings, sourcesOf(policy)).settings, context);
const sweep = ({ context }: LonghornScene) =>
  markAndDelete(
    readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
    context,
  );

test('a backup on Longhorn is a Snapshot of its own for each volume, with the labels of a backup', async () => {
  await using scene = await LonghornScene.open('data', 'files');
  const { snapshots: made } = await scene.backUp({ BAK_PVC_NAME: 'data,files' });
  expect(made).toMatchObject([
    { pvc: 'data', className: 'longhorn', ready: true },
    { pvc: 'files', className: 'longhorn', ready: true },
  ]);
  for (const { name, pvc } of made) {
    const { metadata, spec } = scene.sandbox.objects.get(snapshots, longhornNamespace, name);
    expect(metadata.labels).toMatchObject({
      [label.namespace]: 'shop',
      [label.pvc]: pvc,
      [label.daily]: '2026-11-20',
    });
    expect(metadata.labels).not.toHaveProperty([label.unfinished]);
    expect(metadata.annotations).toHaveProperty([annotation.envConfig]);
    expect(spec).toMatchObject({ createSnapshot: true, volume: expect.stringMatching(/^pvc-/) as unknown });
  }
  const listed = await listSnapshots('shop', all, scene.context);
  expect(listed.snapshots.map(({ pvc, ready }) => [pvc, ready])).toEqual([
    ['data', true],
    ['files', true],
  ]);
  expect((await listSnapshots('default', all, scene.context)).snapshots).toEqual([]);
});

test('nights on Longhorn leave what the policy keeps, and one that waits until the engine may take it out', async () => {
  await using scene = await LonghornScene.open('data');
  const names: string[] = [];
  for (let night = 0; night < 4; night++) {
    const { snapshots: made } = await scene.backUp();
    names.push(...made.map(({ name }) => name));
    scene.sandbox.clock.advance(day);
  }
  const [oldest = '', second = '', third = '', newest = ''] = names;
  expect(await hold({ snapshots: [oldest], namespace: 'shop' }, scene.context)).toMatchObject({ failed: [] });
  const policy = { RETAIN_LAST_DAILY: '2', RETAIN_LAST_WEEKLY: '0', RETAIN_LAST_MONTHLY: '0' };
  await keep(scene, policy);
  expect((await sweep(scene)).marked.map(({ name }) => name)).toEqual([second]);
  scene.sandbox.clock.advance(4 * day);
  expect((await sweep(scene)).deleted.map(({ name }) => name)).toEqual([second]);
  const left = async () =>
    (await listSnapshots('shop', all, scene.context)).snapshots.map(({ name }) => name);
  await expect.poll(left).toEqual([oldest, third, newest]);
  await expect.poll(() => scene.resources()).toEqual([oldest, third, newest]);

  // The head of the volume stands on the newest.
  const wish = { snapshots: [newest], namespace: 'shop', evenTheLast: true, yes: true };
  const { deleted } = await deleteNamed(wish, new RecordingCaller(), scene.context);
  expect(deleted).toMatchObject([
    { name: newest, note: expect.stringContaining('goes with the next snapshot of its volume') as unknown },
  ]);
  await expect.poll(left).toEqual([oldest, third]);
  await expect.poll(() => scene.resources()).toEqual([oldest, third, `${newest} (going)`]);
  const { snapshots: after } = await scene.backUp();
  await expect.poll(() => scene.resources()).toEqual([oldest, third, after[0]?.name]);
});

test('a volume of Longhorn that has as many snapshots as it may is said to be full before a backup begins', async () => {
  await using scene = await LonghornScene.open('data');
  const [volume] = scene.sandbox.objects.all(volumes, longhornNamespace);
  scene.sandbox.objects.touch(
    volumes,
    volume!,
    (one) => void (one.spec = { ...(one.spec as object), snapshotMaxCount: 2 }),
  );
  await scene.backUp();
  const { snapshots: second } = await scene.backUp();
  expect(second).toHaveLength(1);
  await expect(scene.backUp()).rejects.toMatchObject({
    reason: 'preflight',
    message: expect.stringMatching(
      /^Longhorn Volume 'pvc-.*' of PVC 'data' in namespace 'shop' has 2 snapshots, and may have 2; let retain/,
    ) as unknown,
  });
  expect(scene.resources()).toHaveLength(2);
});

test('an engine of Longhorn that restarts is waited for, and its words are shown', async () => {
  await using scene = await LonghornScene.open('data');
  const [volume] = scene.sandbox.objects.all(volumes, longhornNamespace);
  const name = volume?.metadata.name ?? '';
  scene.longhorn.restartEngine(name);
  const backup = scene.backUp();
  await expect.poll(() => JSON.stringify(scene.context.lines)).toContain('engine is not running');
  scene.longhorn.engineIsBack(name);
  expect((await backup).snapshots).toMatchObject([{ ready: true }]);
});

test('what lies there and says nothing of a namespace, or of another one, is nobody’s backup', async () => {
  await using scene = await LonghornScene.open('data');
  const { snapshots: made } = await scene.backUp();
  const name = made[0]?.name ?? '';
  expect(await longhorn.find({ namespace: 'shop', name }, scene.context)).toBeDefined();
  expect(await longhorn.find({ namespace: 'default', name }, scene.context)).toBeUndefined();
  const present = scene.sandbox.objects.get(snapshots, longhornNamespace, name);
  scene.sandbox.objects.touch(
    snapshots,
    present,
    ({ metadata }) => void delete metadata.labels?.[label.namespace],
  );
  expect(await longhorn.find({ namespace: 'shop', name }, scene.context)).toBeUndefined();
  expect((await listSnapshots(undefined, all, scene.context)).snapshots).toEqual([]);
});

test('volumes that are not Longhorn’s, and groups, are refused with what to do', async () => {
  await using scene = await LonghornScene.open('data');
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  scene.sandbox.objects.create(claims, 'shop', {
    apiVersion: '',
    kind: '',
    metadata: { name: 'other' },
    spec,
  });
  await expect
    .poll(() => scene.sandbox.objects.find(claims, 'shop', 'other')?.status)
    .toMatchObject({ phase: 'Bound' });
  await expect(scene.backUp({ BAK_PVC_NAME: 'other' })).rejects.toMatchObject({
    message: expect.stringMatching(
      /^PVC 'other' in namespace 'shop' is on volume 'pvc-.*', which is not one of Longhorn's; choose CSI/,
    ) as unknown,
  });
});
