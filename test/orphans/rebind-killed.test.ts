import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { label } from '../../src/snapshots/labels.ts';
import { namespace, tiered, untilSettled } from '../retention/real-snapshots.ts';
import { contents, namespaces, snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../support/command-process.ts';
import { sampled } from '../support/exhaustive.ts';
import { runInSteps } from '../support/steps-of-a-run.ts';
import { change, contentOf, deleteNamespace, handleOf, openScene, person, synced } from './scene.ts';

interface Scene {
  readonly sandbox: Sandbox;
  readonly content: string;
  readonly replacement: string;
  readonly handle: string;
}

/** What a deleted namespace has left behind, told to delete its data, and the namespace made anew. */
async function openLoss(): Promise<Scene> {
  const sandbox = await openScene();
  const { content } = await synced(sandbox, 'night', tiered({ [label.deleteAfter]: '2026-11-20' }));
  await deleteNamespace(sandbox);
  sandbox.objects.create(namespaces, undefined, { apiVersion: '', kind: '', metadata: { name: namespace } });
  change(sandbox, content, ({ spec }) => void (spec.deletionPolicy = 'Delete'));
  const replacement = `rebound-${contentOf(sandbox, content).metadata.uid}`;
  return { sandbox, content, replacement, handle: handleOf(sandbox, content) };
}

function start({ sandbox, content }: Scene, server?: URL): CommandProcess {
  const account = { ...person, ...(server && { server }) };
  return startCommand(sandbox, { command: 'rebind', args: [content], settings: {}, account });
}

/** Before the command looks, so that it never has to wait: a run with a step more would be another one. */
async function settle({ sandbox }: Scene, step: string): Promise<void> {
  if (step !== 'the answer to create volumesnapshots 1') return;
  const isReady = ({ status }: KubeObject) => (status as { readyToUse?: boolean } | undefined)?.readyToUse;
  await vi.waitUntil(() => isReady(sandbox.objects.get(snapshots, namespace, 'night')));
}

/** What is there in the end; the data is looked at in the storage itself. */
async function endOf({ sandbox, replacement, handle }: Scene) {
  await untilSettled(sandbox);
  const { objects } = sandbox;
  const { metadata, status } = objects.get(snapshots, namespace, 'night');
  const only = objects.all(contents).map((one) => one.metadata.name);
  const { spec } = contentOf(sandbox, replacement);
  const bound = (status as Record<string, unknown>)['boundVolumeSnapshotContentName'];
  return {
    data: readFileSync(join(sandbox.folder, 'snapshots', handle, 'file'), 'utf8'),
    labels: metadata.labels,
    isOnly: only.length === 1 && only[0] === replacement,
    isBound: bound === replacement && spec.volumeSnapshotRef.uid === metadata.uid,
    policy: spec.deletionPolicy,
  };
}

async function undisturbed() {
  const steps: string[] = [];
  const scene = await openLoss();
  await using sandbox = scene.sandbox;
  const exitCode = await runInSteps(
    sandbox,
    (server) => start(scene, server),
    (step) => {
      steps.push(step);
      return settle(scene, step);
    },
  );
  return { steps, exitCode, end: await endOf(scene) };
}

const { steps, exitCode, end } = await undisturbed();

describe('rebind that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(exitCode).toBe(0);
    for (const step of [
      'patch volumesnapshotcontents',
      'create volumesnapshotcontents',
      'create volumesnapshots',
      'delete volumesnapshotcontents',
    ])
      expect(steps).toContain(`the answer to ${step} 1`);
    const labels = tiered();
    expect(end).toEqual({ data: 'data', labels, isOnly: true, isBound: true, policy: 'Retain' });
  });

  test.each(sampled(steps, 3))('at %s comes to the same end the next time', async (wanted) => {
    const scene = await openLoss();
    await using sandbox = scene.sandbox;
    let hasCome = false;
    await runInSteps(
      sandbox,
      (server) => start(scene, server),
      async (step, kill) => {
        if (step !== wanted) return settle(scene, step);
        hasCome = true;
        await kill();
      },
    );
    expect(hasCome).toBe(true);
    expect(await start(scene).ended).toMatchObject({ exitCode: 0 });
    expect(await endOf(scene)).toEqual(end);
  });
});
