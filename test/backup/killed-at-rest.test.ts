import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { annotation, isReady, label } from '../../src/snapshots/labels.ts';
import { leases, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { sampled } from '../support/exhaustive.ts';
import { runInSteps } from '../support/steps-of-a-run.ts';
import { letLeaseExpire, startCreate, stepsOfCreate, type CreateScene } from './create-process.ts';
import { stored } from '../../src/snapshots/csi/volume-snapshot.ts';

interface Scene extends CreateScene {
  /** There while the app is at rest. */
  readonly asleep: string;
}

/** An app with two volumes that is brought to rest by a hook for the snapshots of both. */
async function openScene(): Promise<Scene> {
  const sandbox = await openSandbox({ readyDelayMs: 100 });
  for (const claim of ['data', 'files']) {
    writeFileSync(join(await provisionVolume(sandbox, 'shop', claim), 'file'), claim);
  }
  const app = await deployApp(sandbox, 'shop', undefined, ['files']);
  const asleep = join(sandbox.folder, 'asleep');
  const hook = {
    name: 'rest',
    exec: 'deployment/app',
    container: 'postgres',
    before: ['touch', asleep],
    after: ['rm', '-f', asleep],
  };
  const settings = {
    ...app.settings,
    BAK_PVC_NAME: 'data,files',
    BAK_QUIESCE: 'sync',
    BAK_HOOKS: JSON.stringify([hook]),
  };
  return {
    sandbox,
    app: { ...app, settings },
    asleep,
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Every tier stands on snapshots of both volumes that were made together, and nothing is left to be undone. */
function expectWhole({ sandbox, app: { namespace }, asleep }: Scene): void {
  const all = sandbox.objects.all(snapshots, namespace);
  for (const tier of [label.daily, label.weekly, label.monthly]) {
    const standing = all.filter(
      ({ metadata }) => metadata.labels?.[tier] !== undefined && !isMarked(metadata),
    );
    expect(new Set(standing.map(({ metadata }) => metadata.labels?.[label.pvc]))).toEqual(
      new Set(['data', 'files']),
    );
    expect(standing).toHaveLength(2);
    expect(new Set(standing.map(({ metadata }) => metadata.labels?.[label.backup])).size).toBe(1);
    expect(standing.every((one) => isReady(stored(one)))).toBe(true);
  }
  expect(existsSync(asleep)).toBe(false);
  for (const ofBackup of Map.groupBy(all, ({ metadata }) => metadata.labels?.[label.backup]).values()) {
    const tiersOf = ofBackup.map(({ metadata }) => metadata.labels?.[label.daily]);
    expect(new Set(tiersOf).size).toBe(1);
  }
  expect(all.filter(({ metadata }) => metadata.labels?.[label.unfinished] !== undefined)).toEqual([]);
  const note = sandbox.objects.get(leases, namespace, 'backup-ns').metadata.annotations?.[
    'backup-ns.sh/quiesced'
  ];
  expect(note).toBeUndefined();
}

function isMarked({ annotations }: { annotations?: Record<string, string> }): boolean {
  return annotations?.[annotation.failed] !== undefined;
}

// The reviews of permissions come all at once, and nothing is done between them.
const steps = (await stepsOfCreate(openScene)).filter((step) => !/reviews (?!1$)/.test(step));

describe('create of two volumes with a hook that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(steps).toContain('the answer to create volumesnapshots 2');
    expect(steps).toContain('the answer to list volumesnapshots 6');
    expect(steps.filter((step) => step.startsWith('the answer to patch leases')).length).toBeGreaterThan(4);
    expect(steps.filter((step) => step.startsWith('the first on status of get pods/exec'))).toHaveLength(4);
  });

  test.each(sampled(steps, 2))('at %s is undone by the next run, whose backup is whole', async (step) => {
    await using scene = await openScene();
    const { sandbox, app } = scene;
    // What is watched for may be there before it is watched: then the run comes to its end.
    await runInSteps(
      sandbox,
      (server) => startCreate(sandbox, app, server),
      async (name, kill) => {
        if (name === step) await kill();
      },
    );
    letLeaseExpire(sandbox, app.namespace);
    const end = await startCreate(sandbox, app).ended;
    expect(end).toMatchObject({ exitCode: 0 });
    expectWhole(scene);
  });
});
