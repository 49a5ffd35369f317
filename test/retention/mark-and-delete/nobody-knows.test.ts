import { expect, test } from 'vitest';
import { deleteOrphan } from '../../../src/orphans/delete-orphan.ts';
import { rebindSettings } from '../../../src/orphans/rebind-settings.ts';
import { rebind } from '../../../src/orphans/rebind.ts';
import { deleteNamed } from '../../../src/retention/delete/delete-named.ts';
import { markAndDelete } from '../../../src/retention/mark-and-delete/mark-and-delete.ts';
import { markAndDeleteSettings } from '../../../src/retention/mark-and-delete/settings.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { label } from '../../../src/snapshots/labels.ts';
import { status } from '../../../scripts/faults/fault.ts';
import { startFaults } from '../../../scripts/faults/faults.ts';
import type { SnapshotContent } from '../../../scripts/sandbox/controllers/storage-spec.ts';
import { contents, snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import { openScene, person } from '../../orphans/scene.ts';
import { sourcesOf } from '../../settings/sources.ts';
import { hurriedClock } from '../hurried-clock.ts';
import { hasData, namespace, retaining, setLabels, snap, tiered, untilSettled } from '../real-snapshots.ts';
import { inSandbox, retainAccount, type SandboxContext } from '../support.ts';

const daily = { [label.daily]: '2026-11-20' };
const confirm = () => Promise.resolve();

/** All that goes by whether a snapshot is there still; given the name of its content. */
const commands: Readonly<Record<string, (content: string, context: SandboxContext) => Promise<unknown>>> = {
  'mark-and-delete': (_, context) =>
    markAndDelete(
      readSettings(markAndDeleteSettings, sourcesOf({ MARK_AND_DELETE_PAUSE: '0' })).settings,
      context,
    ),
  delete: (_, context) =>
    deleteNamed({ snapshots: ['night'], namespace, yes: true, evenTheLast: true }, { confirm }, context),
  'delete-orphan': (content, context) => deleteOrphan(content, { confirm }, context),
  rebind: (content, context) =>
    rebind(readSettings(rebindSettings, sourcesOf({}, { content, 'wait-timeout': '1s' })).settings, context),
};

test.each(Object.entries(commands))(
  '%s takes no snapshot for gone because a 404 comes that is not about it',
  { timeout: 60_000 },
  async (command, run) => {
    await using sandbox = await openScene();
    const { objects } = sandbox;
    await snap(sandbox, 'newest', tiered(daily));
    const folder = await snap(sandbox, 'night', tiered(daily), retaining);
    const { uid = '', labels = {} } = objects.get(snapshots, namespace, 'night').metadata;
    const { boundVolumeSnapshotContentName: content = '' } = objects.get(snapshots, namespace, 'night')
      .status as Record<string, string>;
    // As a run leaves it that is killed before it deletes the snapshot, which a user holds by now.
    objects.touch(contents, objects.get(contents, undefined, content), ({ metadata }) => {
      metadata.labels = { ...labels, [label.deleting]: uid };
    });
    setLabels(sandbox, 'night', { [label.hold]: 'true' });
    await using faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
    faults.inject({ verb: 'get', resource: 'volumesnapshots', times: 1000 }, status(404));
    const work = (context: SandboxContext) => run(content, context);
    const account = /orphan|rebind/.test(command) ? person : retainAccount;
    await expect(inSandbox(sandbox, faults.url, work, account, hurriedClock())).rejects.toBeInstanceOf(Error);
    await untilSettled(sandbox);
    const left = objects.get(contents, undefined, content) as SnapshotContent;
    expect([left.spec.deletionPolicy, left.metadata.deletionTimestamp]).toEqual(['Retain', undefined]);
    expect(hasData(folder)).toBe(true);
  },
);
