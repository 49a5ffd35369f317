import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { annotation, isReady, label } from '../../src/snapshots/labels.ts';
import {
  claims,
  contents,
  groupContents,
  groups,
  leases,
  snapshots,
} from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { deployApp, provisionVolume, type SandboxApp } from '../../scripts/sandbox/app.ts';
import { sampled } from '../support/exhaustive.ts';
import { runUntil } from '../support/steps-of-a-run.ts';
import { letLeaseExpire, startCreate } from './create-process.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

const namespace = 'shop';

interface Scene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly app: SandboxApp;
}

/** An app with two volumes that are snapshotted as a group. */
async function openScene(): Promise<Scene> {
  const sandbox = await openSandbox({ readyDelayMs: 100 });
  for (const claim of ['data', 'files']) {
    writeFileSync(join(await provisionVolume(sandbox, namespace, claim), 'file'), claim);
    sandbox.objects.touch(claims, sandbox.objects.get(claims, namespace, claim), ({ metadata }) => {
      metadata.labels = { backup: 'together' };
    });
  }
  const app = await deployApp(sandbox, namespace, undefined, ['files'], { asGroup: true });
  const asGroup = { BAK_PVC_NAME: 'data,files', BAK_VS_GROUP_SELECTOR: 'backup=together' };
  return {
    sandbox,
    app: { ...app, settings: { ...app.settings, ...asGroup } },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Every tier stands on the members of one group, no member is nobody's, and nothing is left to be undone. */
async function expectWhole({ sandbox: { objects } }: Scene): Promise<void> {
  const isLeaving = ({ metadata }: { metadata: object }) => 'deletionTimestamp' in metadata;
  const kinds = [groups, groupContents, snapshots, contents];
  await vi.waitUntil(() => !kinds.flatMap((kind) => objects.all(kind)).some(isLeaving));
  const all = objects.all(snapshots, namespace);
  expect(all.every(({ metadata }) => metadata.labels?.[label.retain] !== undefined)).toBe(true);
  for (const tier of [label.daily, label.weekly, label.monthly]) {
    const standing = all.filter(
      ({ metadata }) =>
        metadata.labels?.[tier] !== undefined && metadata.annotations?.[annotation.failed] === undefined,
    );
    expect(standing.map(({ metadata }) => metadata.labels?.[label.pvc] ?? '').toSorted()).toEqual([
      'data',
      'files',
    ]);
    expect(new Set(standing.map(({ metadata }) => metadata.ownerReferences?.[0]?.name)).size).toBe(1);
    expect(standing.every((one) => isReady(stored(one)))).toBe(true);
  }
  expect(all.filter(({ metadata }) => metadata.labels?.[label.unfinished] !== undefined)).toEqual([]);
  const { annotations } = objects.get(leases, namespace, 'backup-ns').metadata;
  expect(annotations?.['backup-ns.sh/quiesced']).toBeUndefined();
}

/** Those that come in every run; how often a member is patched hangs on what the controller does meanwhile. */
const steps = [
  'patch leases 1',
  'create volumegroupsnapshots 1',
  'list volumegroupsnapshots 1',
  'get volumesnapshots 1',
  'get volumesnapshots 2',
  'patch volumesnapshots 1',
  'patch volumesnapshots 2',
  'patch volumegroupsnapshots 1',
  'patch leases 2',
  'patch volumesnapshots 3',
  'patch volumesnapshots 4',
  'patch leases 3',
];

describe('create of a group snapshot that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test.each(sampled(steps, 2))(
    'at the answer to %s is undone by the next run, whose backup is whole',
    async (step) => {
      await using scene = await openScene();
      const { sandbox, app } = scene;
      await runUntil(`the answer to ${step}`, sandbox, (server) => startCreate(sandbox, app, server));
      letLeaseExpire(sandbox, namespace);
      expect(await startCreate(sandbox, app).ended).toMatchObject({ exitCode: 0 });
      await expectWhole(scene);
    },
  );
});
