import { beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { persistentVolumes, volumeSnapshotClasses } from '../../../src/kube/resources.ts';
import { examineCsi } from '../../../src/snapshots/csi/examine.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const definitions = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};
const kinds = ['volumesnapshots', 'volumesnapshotclasses', 'volumesnapshotcontents'];
const isDefault = { 'snapshot.storage.kubernetes.io/is-default-class': 'true' };

let kube: FakeKube;

const define = (kind: string, versions: unknown): KubeObject =>
  kube.put(
    definitions,
    object('CustomResourceDefinition', { name: `${kind}.snapshot.storage.k8s.io` }, { spec: { versions } }),
  );
const addClass = (name: string, deletionPolicy: string, annotations = {}, driver = 'd'): KubeObject =>
  kube.put(
    volumeSnapshotClasses,
    object('VolumeSnapshotClass', { name, annotations }, { driver, deletionPolicy }),
  );
const addVolume = (claim: string, spec: object): KubeObject =>
  kube.put(
    persistentVolumes,
    object(
      'PersistentVolume',
      { name: `pv-${claim}` },
      { spec: { claimRef: { uid: `uid-${claim}` }, ...spec } },
    ),
  );

async function said(...claims: string[]): Promise<string[]> {
  const wanted = claims.map((name) => ({ namespace: 'shop', name, uid: `uid-${name}` }));
  const diagnoses = await examineCsi(wanted, testContext(kube));
  return diagnoses.map(
    ({ verdict, what, todo }) => `${verdict}: ${what}${todo === undefined ? '' : `; ${todo}`}`,
  );
}

beforeEach(() => {
  kube = new FakeKube();
  for (const kind of kinds) define(kind, [{ name: 'v1', served: true }]);
  addClass('fast', 'Retain', isDefault);
});

describe('whether a cluster knows CSI snapshots', () => {
  test('is said with the versions that it serves, each once', async () => {
    define('volumesnapshots', [
      { name: 'v1beta1', served: true },
      { name: 'v1', served: true },
      { name: 'v2', served: false },
    ]);
    expect(await said()).toEqual([
      'ok: snapshot.storage.k8s.io is there, as v1beta1, v1',
      "ok: Driver 'd' has 'fast'",
    ]);
  });

  test('is a problem where a kind is missing, which is named', async () => {
    kube.remove(definitions, 'volumesnapshotcontents.snapshot.storage.k8s.io');
    expect((await said())[0]).toBe(
      'problem: This cluster does not have volumesnapshotcontents of snapshot.storage.k8s.io; install the CRDs and the controller of external-snapshotter',
    );
  });

  test.each([
    ['are served in an old version only', [{ name: 'v1beta1', served: true }]],
    ['are not served in the new one', [{ name: 'v1', served: false }]],
    ['have versions that are no list', { name: 'v1', served: true }],
    ['have no versions', undefined],
    ['have versions of other shapes', ['v1', null, { name: 7, served: true }, { served: true }]],
  ])('is a problem where they %s', async (_, versions) => {
    define('volumesnapshotclasses', versions);
    expect((await said())[0]).toBe(
      'problem: volumesnapshotclasses are not served as v1; install the CRDs and the controller of external-snapshotter, of version 4 or later',
    );
  });
});

describe('classes of snapshots', () => {
  test('that keep the data are all right, one of them being the default', async () => {
    addClass('slow', 'Retain');
    expect((await said()).slice(1)).toEqual(["ok: Driver 'd' has 'fast', 'slow'"]);
  });

  test('are to have one default for each driver', async () => {
    addClass('slow', 'Retain', isDefault);
    addClass('other', 'Retain', {}, 'e');
    expect((await said()).slice(1)).toEqual([
      "ok: Driver 'd' has 'fast', 'slow'",
      "problem: Driver 'd' has several default classes: 'fast', 'slow'; take the annotation off all but one, or name one in the settings of each backup",
      "ok: Driver 'e' has 'other'",
      "warning: Driver 'e' has no default class; name one in the settings of each backup, or make one the default",
    ]);
  });

  test('by which the data goes with the namespace are a warning', async () => {
    addClass('slow', 'Delete');
    expect((await said()).slice(2)).toEqual([
      "warning: Snapshots of class 'slow' are deleted with their namespace, with their data; make a class with the deletionPolicy Retain, and name it in the settings",
    ]);
  });

  test('are a problem where there are none, or nobody knows them', async () => {
    kube.remove(volumeSnapshotClasses, 'fast');
    expect((await said('data')).slice(1)).toEqual([
      'problem: There is no VolumeSnapshotClass; make one for the driver of your volumes; its documentation has an example',
    ]);
    kube.failNext('list volumesnapshotclasses', kubeError(404, 'NotFound', 'no such page'));
    expect((await said()).slice(1)).toEqual([
      'problem: This cluster does not know snapshots (no such page); install the CRDs and the controller of external-snapshotter',
    ]);
  });
});

describe('volumes that are to be backed up', () => {
  test('are all right where a class is for their driver, whatever others there are', async () => {
    addClass('slow', 'Retain', isDefault, 'e');
    addVolume('data', { csi: { driver: 'd' } });
    addVolume('strange', { csi: { driver: 'f' } });
    expect((await said('data')).filter((words) => !words.startsWith('ok'))).toEqual([]);
  });

  test('are named where there is no class for them, by what provides them', async () => {
    addVolume('data', { csi: { driver: 'f' } });
    addVolume('files', { csi: { driver: 'f' } });
    addVolume('local', { hostPath: { path: '/' } });
    expect((await said('data', 'files', 'local')).slice(2)).toEqual([
      "problem: Driver 'f', which has PVC 'shop/data' and 1 more, has no VolumeSnapshotClass; make one for it, or ask those who run the storage",
      "problem: PVC 'shop/local' is on a volume that no CSI driver provides; move it to a CSI storage class",
    ]);
  });
});
