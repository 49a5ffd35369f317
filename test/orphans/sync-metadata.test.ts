import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { syncMetadata, type SyncMetadataResult } from '../../src/orphans/sync-metadata.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { readSettings } from '../../src/settings/read.ts';
import { syncMetadataSettings } from '../../src/orphans/sync-metadata-settings.ts';
import { annotation, label } from '../../src/snapshots/labels.ts';
import { reset, status, type Fault } from '../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../scripts/faults/faults.ts';
import { namespace, openVolume, retaining, setLabels, snap, tiered } from '../retention/real-snapshots.ts';
import { inSandbox } from '../retention/support.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import { contents, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { sourcesOf } from '../settings/sources.ts';
import { clusterAccount } from '../support/cluster-account.ts';
import { sampled } from '../support/exhaustive.ts';

const night = tiered({ [label.daily]: '2026-11-21' });

describe('sync-metadata', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  let account: Account;
  /** Called before each answer is passed on. */
  let onAnswer: (request: { verb: string; resource: string }) => void;

  beforeEach(async () => {
    sandbox = await openVolume();
    account = clusterAccount(sandbox, 'sync', {
      volumesnapshots: ['list'],
      volumesnapshotcontents: ['get', 'list', 'patch'],
    });
    onAnswer = () => {};
    const hook = (event: { phase: string; request: { verb: string; resource: string } }): void => {
      if (event.phase === 'answered') onAnswer(event.request);
    };
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} }, { hook });
    await snap(sandbox, 'night', night, retaining);
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  function run(settings: Record<string, string> = {}): Promise<SyncMetadataResult> {
    const read = readSettings(syncMetadataSettings, sourcesOf(settings));
    return inSandbox(sandbox, faults.url, (context) => syncMetadata(read.settings, context), account);
  }
  const contentOf = (name: string): KubeObject => {
    const { status } = sandbox.objects.get(snapshots, namespace, name);
    const { boundVolumeSnapshotContentName = '' } = status as Record<string, string>;
    return sandbox.objects.get(contents, undefined, boundVolumeSnapshotContentName);
  };
  const labelsOf = (name: string) => contentOf(name).metadata.labels ?? {};
  const annotate = (name: string, annotations: Record<string, string>) =>
    sandbox.objects.touch(snapshots, sandbox.objects.get(snapshots, namespace, name), ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, ...annotations };
    });
  const touchContent = (name: string, labels: Record<string, string>) =>
    sandbox.objects.touch(contents, contentOf(name), ({ metadata }) => {
      metadata.labels = { ...metadata.labels, ...labels };
    });
  const patches = () => faults.requests.filter(({ verb }) => verb === 'patch').length;

  test('leaves what is noted on a content of a deletion that is under way', async () => {
    await run();
    touchContent('night', { [label.deleting]: 'uid' });
    expect((await run()).changed).toEqual([]);
    expect(labelsOf('night')).toEqual({ ...night, [label.deleting]: 'uid' });
  });

  test('gives a content what its snapshot says of itself, and nothing that others say', async () => {
    setLabels(sandbox, 'night', { app: 'shop' });
    annotate('night', { [annotation.timeZone]: 'UTC', note: 'by hand' });
    const { snapshots, changed, failed } = await run();
    expect({ snapshots, failed }).toEqual({ snapshots: 1, failed: [] });
    expect(changed).toMatchObject([
      {
        namespace,
        name: 'night',
        written: expect.arrayContaining([label.daily, annotation.timeZone]),
        taken: [],
      },
    ]);
    expect(labelsOf('night')).toEqual(night);
    expect(contentOf('night').metadata.annotations).toMatchObject({ [annotation.timeZone]: 'UTC' });
    expect(contentOf('night').metadata.annotations).not.toHaveProperty('note');
  });

  test('has no tenant say of a content that it is brought back, or what from', async () => {
    annotate('night', { [annotation.reboundTo]: 'other', [annotation.reboundFrom]: 'that-of-another' });
    await run();
    expect(Object.keys(contentOf('night').metadata.annotations ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching('rebound')]),
    );
  });

  test('takes from a content what its snapshot has no more, and leaves what others gave it', async () => {
    await run();
    touchContent('night', { app: 'shop' });
    setLabels(sandbox, 'night', { [label.daily]: null, [label.hold]: 'true' });
    expect((await run()).changed).toMatchObject([
      { written: [label.hold, annotation.holdCopied], taken: [label.daily] },
    ]);
    expect(labelsOf('night')).toEqual(tiered({ [label.hold]: 'true', app: 'shop' }));
  });

  test('takes the hold of a snapshot off its content again, and never that of a person', async () => {
    setLabels(sandbox, 'night', { [label.hold]: 'true' });
    await run();
    expect(labelsOf('night')).toHaveProperty([label.hold], 'true');
    setLabels(sandbox, 'night', { [label.hold]: null });
    await run();
    expect(labelsOf('night')).not.toHaveProperty([label.hold]);
    expect(contentOf('night').metadata.annotations ?? {}).not.toHaveProperty([annotation.holdCopied]);
    touchContent('night', { [label.hold]: 'yes' });
    for (const hold of ['true', 'false', null]) {
      setLabels(sandbox, 'night', { [label.hold]: hold });
      await run();
      expect(labelsOf('night')).toHaveProperty([label.hold], 'yes');
    }
  });

  test('writes nothing when nothing has changed', async () => {
    await run();
    const before = patches();
    expect(before).toBe(1);
    expect((await run()).changed).toEqual([]);
    expect(patches()).toBe(before);
  });

  test('changes nothing in a dry run, and says what it would', async () => {
    expect((await run({ SYNC_METADATA_DRY_RUN: 'true' })).changed).toMatchObject([{ name: 'night' }]);
    expect(labelsOf('night')).toEqual({});
  });

  test('looks at no other namespaces than it is told to', async () => {
    expect((await run({ SYNC_METADATA_NAMESPACES: 'blog' })).changed).toEqual([]);
    expect((await run({ SYNC_METADATA_NAMESPACES: `blog,${namespace}` })).changed).toHaveLength(1);
  });

  test('leaves alone the contents of snapshots that are none of ours', async () => {
    await snap(sandbox, 'foreign', { [label.daily]: '2026-11-21' });
    expect((await run()).changed).toMatchObject([{ name: 'night' }]);
    expect(labelsOf('foreign')).toEqual({});
  });

  test('leaves a content as it is whose snapshot has gone', async () => {
    await run();
    const { name = '' } = contentOf('night').metadata;
    sandbox.objects.delete(snapshots, namespace, 'night');
    await run();
    expect(sandbox.objects.get(contents, undefined, name).metadata.labels).toEqual(night);
  });

  test('reads a content anew that somebody changes between its reading and its writing', async () => {
    let touches = 0;
    onAnswer = ({ verb, resource }) => {
      if (verb === 'list' && resource === 'volumesnapshotcontents' && touches++ === 0)
        touchContent('night', { [label.weekly]: '2026-w01', app: 'shop' });
    };
    expect((await run()).failed).toEqual([]);
    expect(labelsOf('night')).toEqual({ ...night, app: 'shop' });
    expect(patches()).toBe(2);
  });

  test('writes nothing to a content that is deleted meanwhile', async () => {
    const { name = '' } = contentOf('night').metadata;
    onAnswer = ({ verb, resource }) => {
      if (verb === 'list' && resource === 'volumesnapshotcontents')
        sandbox.objects.delete(contents, undefined, name);
    };
    expect((await run()).failed).toEqual([]);
    expect(sandbox.objects.get(contents, undefined, name).metadata.labels).toBeUndefined();
  });

  test('goes on after one that fails, and says which', async () => {
    await snap(sandbox, 'other', night);
    const { name = '' } = contentOf('night').metadata;
    faults.inject({ verb: 'patch', name, times: 1000 }, status(500));
    await expect(run()).rejects.toMatchObject({
      reason: 'partial',
      result: { failed: [{ namespace, name: 'night' }] },
    });
    expect(labelsOf('other')).toEqual(night);
    faults.clear();
    expect((await run()).changed).toMatchObject([{ name: 'night' }]);
  });

  test('goes on in the other namespaces when one cannot be read', async () => {
    faults.inject({ verb: 'list', namespace: 'blog', times: 1000 }, status(500));
    await expect(run({ SYNC_METADATA_NAMESPACES: `blog,${namespace}` })).rejects.toMatchObject({
      result: { failed: [{ namespace: 'blog' }], changed: [{ name: 'night' }] },
    });
    expect(labelsOf('night')).toEqual(night);
  });

  test.each(
    sampled<[string, Fault]>(
      [
        ['patch', reset('after')],
        ['patch', reset('before')],
        ['list', status(503)],
      ],
      2,
    ),
  )('gets over the loss of the answer to a %s (%o)', async (verb, fault) => {
    faults.inject({ verb }, fault);
    expect((await run()).failed).toEqual([]);
    expect(labelsOf('night')).toEqual(night);
  });
});
