import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discardGroup } from '../../../src/snapshots/csi/discard-group.ts';
import { annotation, label } from '../../../src/snapshots/labels.ts';
import { status } from '../../../scripts/faults/fault.ts';
import { startFaults, type Faults } from '../../../scripts/faults/faults.ts';
import { namespace, openVolumes, snapGroup, tiered, untilSettled } from '../../retention/real-snapshots.ts';
import { inSandbox } from '../../retention/support.ts';
import type { SnapshotContent } from '../../../scripts/sandbox/controllers/storage-spec.ts';
import { driver } from '../../../scripts/sandbox/driver.ts';
import { contents, groups, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { clusterAccount } from '../../support/cluster-account.ts';

const ofBackup = { [label.backup]: '2026-11-21-120000-abcdef' };
const reason = 'the snapshots were not cut at one moment';

describe('a group whose backup did not come to its end', () => {
  let sandbox: Sandbox;
  let faults: Faults;
  let members: { readonly data: string; readonly files: string };

  beforeEach(async () => {
    sandbox = await openVolumes();
    faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
    const labels = tiered({ ...ofBackup, [label.daily]: '2026-11-21' });
    members = await snapGroup(sandbox, 'unfinished', { data: labels, files: {} });
    const group = sandbox.objects.get(groups, namespace, 'unfinished');
    const ofGroup = { ...ofBackup, [label.unfinished]: 'uncut-of-2' };
    sandbox.objects.touch(groups, group, ({ metadata }) => void (metadata.labels = ofGroup));
  });
  afterEach(async () => {
    await faults[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  const discard = (why = reason) => {
    const account = clusterAccount(sandbox, 'create', {
      volumesnapshots: ['get', 'list', 'patch'],
      volumegroupsnapshots: ['get', 'patch', 'delete'],
      volumesnapshotcontents: ['get', 'list'],
      volumegroupsnapshotcontents: ['get', 'list'],
    });
    const key = { namespace, name: 'unfinished' };
    return inSandbox(sandbox, faults.url, (context) => discardGroup(key, why, context), account);
  };
  const left = () => sandbox.objects.all(groups, namespace).length;
  const handleOf = (name: string): string => {
    const { boundVolumeSnapshotContentName } = sandbox.objects.get(snapshots, namespace, name)
      .status as Record<string, string>;
    const content = sandbox.objects.get(contents, undefined, boundVolumeSnapshotContentName ?? '');
    return (content as SnapshotContent).status?.snapshotHandle ?? '';
  };
  const expectFailed = () => {
    const { labels, annotations } = sandbox.objects.get(snapshots, namespace, members.data).metadata;
    expect(annotations?.[annotation.failed]).toBe(reason);
    expect(labels?.[label.daily]).toBeUndefined();
  };

  test('is deleted with its members and their data', async () => {
    await discard();
    await untilSettled(sandbox);
    expect([left(), sandbox.objects.all(contents).length]).toEqual([0, 0]);
  });

  test('is not a backup when the reason is longer than an object may be', async () => {
    await discard('é\n'.repeat(300_000));
    await untilSettled(sandbox);
    expect(left()).toBe(0);
    const marks = faults.requests.filter(
      ({ verb, resource }) => verb === 'patch' && resource === 'volumesnapshots',
    );
    expect(marks).toHaveLength(1);
  });

  test.each(['data', 'files'] as const)(
    'stays, and is not a backup, when somebody has the data of its member of %s, too',
    async (pvc) => {
      sandbox.objects.create(contents, undefined, {
        apiVersion: '',
        kind: '',
        metadata: { name: 'copy' },
        spec: {
          driver,
          deletionPolicy: 'Retain',
          source: { snapshotHandle: handleOf(members[pvc]) },
          volumeSnapshotRef: { namespace, name: 'copy' },
        },
      });
      await expect(discard()).rejects.toThrow("'copy' stands for the same data");
      expect(left()).toBe(1);
      expectFailed();
    },
  );

  test.each(['volumesnapshotcontents', 'volumegroupsnapshotcontents'])(
    'stays, and is not a backup, when the account may not list %s',
    async (resource) => {
      faults.inject({ verb: 'list', resource, times: 1000 }, status(403));
      await expect(discard()).rejects.toThrow(`${resource} may not be listed`);
      expect(left()).toBe(1);
      expectFailed();
    },
  );
});
