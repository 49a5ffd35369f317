import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listOrphans } from '../../src/orphans/list-orphans.ts';
import { label } from '../../src/snapshots/labels.ts';
import { status } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { namespace, snap, tiered } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import { contents, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import {
  change,
  contentOf,
  deleteNamespace,
  handleOf,
  openScene,
  orphaned,
  person,
  preProvisioned,
  synced,
} from './scene.ts';

const dayMs = 24 * 60 * 60_000;

describe('the orphans of a cluster', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openScene();
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  const list = () => inSandbox(sandbox, faults.url, (context) => listOrphans(context), person);
  const names = async () => (await list()).map(({ snapshot }) => snapshot);

  test('are what a namespace leaves behind', async () => {
    const { content } = await synced(sandbox, 'night');
    expect(await names()).toEqual([]);
    await deleteNamespace(sandbox);
    expect(await list()).toMatchObject([
      {
        name: content,
        namespace,
        snapshot: 'night',
        pvc: 'data',
        tiers: new Map([['daily', '2026-11-20']]),
        deletionPolicy: 'Retain',
        snapshotHandle: handleOf(sandbox, content),
        sizeBytes: 2 ** 30,
      },
    ]);
  });

  test('come by their age, and no content of others is one of them', async () => {
    await orphaned(sandbox, 'older');
    sandbox.clock.advance(1000);
    await orphaned(sandbox, 'newer');
    await snap(sandbox, 'foreign', {}, 'retaining');
    sandbox.objects.delete(snapshots, namespace, 'foreign');
    await synced(sandbox, 'alive');
    expect(await names()).toEqual(['older', 'newer']);
  });

  test('are none whose snapshot is only on its way out, or that are so themselves', async () => {
    await synced(sandbox, 'leaving');
    sandbox.objects.touch(
      snapshots,
      sandbox.objects.get(snapshots, namespace, 'leaving'),
      ({ metadata }) => void metadata.finalizers?.push('example.org/waits'),
    );
    sandbox.objects.delete(snapshots, namespace, 'leaving');
    const { content } = await orphaned(sandbox, 'gone');
    change(sandbox, content, ({ metadata }) => void metadata.finalizers?.push('example.org/waits'));
    sandbox.objects.delete(contents, undefined, content);
    expect(contentOf(sandbox, content).metadata.deletionTimestamp).toBeDefined();
    expect(await names()).toEqual([]);
    sandbox.objects.touch(
      snapshots,
      sandbox.objects.get(snapshots, namespace, 'leaving'),
      ({ metadata }) => void (metadata.finalizers = []),
    );
    await vi.waitUntil(() => !sandbox.objects.find(snapshots, namespace, 'leaving'));
    expect(await names()).toEqual(['leaving']);
  });

  test('are those whose name another snapshot has now', async () => {
    await orphaned(sandbox, 'night');
    await snap(sandbox, 'night', tiered());
    expect(await names()).toEqual(['night']);
  });

  test('are none whose snapshot lost the label that tells it is ours', async () => {
    await synced(sandbox, 'night');
    sandbox.objects.touch(
      snapshots,
      sandbox.objects.get(snapshots, namespace, 'night'),
      ({ metadata }) => delete metadata.labels?.[label.retain],
    );
    expect(await names()).toEqual([]);
  });

  test('are contents made by hand only when they have waited for a day', async () => {
    const { content } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'waiting', handleOf(sandbox, content));
    preProvisioned(sandbox, 'of-a-lost-cluster', handleOf(sandbox, content), { uid: randomUUID() });
    expect(await names()).toEqual(expect.arrayContaining(['night', 'of-of-a-lost-cluster']));
    expect(await names()).toHaveLength(2);
    sandbox.clock.advance(dayMs);
    expect(await names()).toContain('of-waiting');
  });

  test('do not count one whose snapshot comes after the list of contents, or between both lists', async () => {
    let lists = 0;
    onAnswer = ({ verb }) => {
      if (verb !== 'list' || lists++ > 0) return;
      const spec = { source: { persistentVolumeClaimName: 'data' }, volumeSnapshotClassName: 'retaining' };
      const manifest = { apiVersion: '', kind: '', metadata: { name: 'new', labels: tiered() }, spec };
      sandbox.objects.create(snapshots, namespace, manifest);
    };
    expect(await names()).toEqual([]);
    const { content } = await orphaned(sandbox, 'night');
    preProvisioned(sandbox, 'waiting', handleOf(sandbox, content));
    sandbox.clock.advance(dayMs);
    onAnswer = ({ verb, resource }) => {
      if (verb !== 'list' || resource !== 'volumesnapshots') return;
      const spec = { source: { volumeSnapshotContentName: 'waiting' } };
      const manifest = { apiVersion: '', kind: '', metadata: { name: 'of-waiting' }, spec };
      sandbox.objects.create(snapshots, namespace, manifest);
    };
    expect(await names()).toEqual(['night']);
  });

  test('are all of them or none: one that cannot be looked at is an error', async () => {
    await orphaned(sandbox, 'night');
    faults.inject({ verb: 'get', times: 1000 }, status(403));
    await expect(list()).rejects.toMatchObject({ status: 403 });
  });

  test('are found though the server is busy at first', async () => {
    await orphaned(sandbox, 'night');
    for (const verb of ['list', 'get']) faults.inject({ verb }, status(503));
    expect(await names()).toEqual(['night']);
  });
});
