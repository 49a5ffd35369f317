import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { restoresOf } from '../../../src/retention/mark-and-delete/restores.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { claimOf } from '../../../src/retention/retain/claims.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { csi } from '../../../src/snapshots/csi/provider.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { driver } from '../../../scripts/sandbox/driver.ts';
import { claims, snapshots, storageClasses } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { hasData, namespace, openVolume, snap, tiered, untilSettled } from '../real-snapshots.ts';
import { inSandbox } from '../support.ts';

const past = { [label.deleteAfter]: '2026-11-20' };
const source = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'old' };

function claim(spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubeObject {
  const identity = { namespace, name: 'restored', uid: 'uid', creationTimestamp: '2026-11-21T12:00:00Z' };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...identity, ...metadata }, spec };
}

test.each<[string, KubeObject, string[]]>([
  ['that waits for it', claim({ dataSource: source }), ['shop/old']],
  ['that names it as a reference only', claim({ dataSourceRef: source }), ['shop/old']],
  ['that says so by its namespace', claim({ dataSourceRef: { ...source, namespace } }), ['shop/old']],
  ['that has its volume', claim({ dataSource: source, volumeName: 'pv-1' }), []],
  ['that is on its way out', claim({ dataSource: source }, { deletionTimestamp: 'x' }), []],
  [
    'that is made from a PVC of that name',
    claim({ dataSource: { kind: 'PersistentVolumeClaim', name: 'old' } }),
    [],
  ],
  ['that is made from another kind of snapshot', claim({ dataSource: { ...source, apiGroup: 'x.io' } }), []],
  ['that names one of another namespace', claim({ dataSourceRef: { ...source, namespace: 'blog' } }), []],
  ['that is made from nothing', claim({}), []],
])('a snapshot is kept by a PVC %s: %#', (_, object, kept) => {
  const one = claimOf(object);
  expect([...restoresOf(one ? [one] : [], csi).keys()]).toEqual(kept);
});

describe('mark-and-delete', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  let folder: string;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openVolume();
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
    await snap(sandbox, 'newest', tiered());
    folder = await snap(sandbox, 'old', tiered(past));
    sandbox.objects.create(storageClasses, undefined, {
      apiVersion: '',
      kind: '',
      metadata: { name: 'patient' },
      provisioner: driver,
      volumeBindingMode: 'WaitForFirstConsumer',
    });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  const run = () =>
    inSandbox(sandbox, faults.url, (context) =>
      markAndDelete(
        readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
        context,
      ),
    );
  const restore = () =>
    sandbox.objects.create(claims, namespace, {
      apiVersion: '',
      kind: '',
      metadata: { name: 'restored' },
      spec: {
        storageClassName: 'patient',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        dataSource: source,
      },
    });
  const isThere = () => sandbox.objects.find(snapshots, namespace, 'old') !== undefined;
  const words = expect.stringContaining("PVC 'restored' is to be made from it") as unknown;

  test('keeps what is due as long as a PVC waits to be made from it', async () => {
    restore();
    expect(await run()).toMatchObject({
      deleted: [],
      others: [{ name: 'old', fate: 'wait', reason: words }],
    });
    expect([isThere(), hasData(folder)]).toEqual([true, true]);
    sandbox.objects.delete(claims, namespace, 'restored');
    expect(await run()).toMatchObject({ deleted: [{ name: 'old' }] });
    await untilSettled(sandbox);
    expect(isThere()).toBe(false);
  });

  test('keeps what somebody begins to restore while the run is at work', async () => {
    onAnswer = ({ verb, resource }) => {
      if (verb !== 'get' || resource !== 'volumesnapshots') return;
      onAnswer = () => {};
      restore();
    };
    expect(await run()).toMatchObject({ deleted: [], skipped: [{ name: 'old', error: words }] });
    expect([isThere(), hasData(folder)]).toEqual([true, true]);
  });
});
