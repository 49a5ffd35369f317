import { describe, expect, test } from 'vitest';
import { hasData, untilSettled } from '../retention/real-snapshots.ts';
import { contents } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../support/command-process.ts';
import { runInSteps, runUntil } from '../support/steps-of-a-run.ts';
import { openScene, orphaned, person, type Made } from './scene.ts';
import { sampled } from '../support/exhaustive.ts';

interface Scene extends Made {
  readonly sandbox: Sandbox;
}

async function openOrphan(): Promise<Scene> {
  const sandbox = await openScene();
  return { sandbox, ...(await orphaned(sandbox, 'night')) };
}

function start({ sandbox, content }: Scene, server?: URL): CommandProcess {
  const account = { ...person, ...(server && { server }) };
  return startCommand(sandbox, { command: 'delete-orphan', args: [content, '--yes'], settings: {}, account });
}

async function isAllGone({ sandbox, folder }: Scene): Promise<boolean> {
  await untilSettled(sandbox);
  return sandbox.objects.all(contents).length === 0 && !hasData(folder);
}

async function undisturbed() {
  const steps: string[] = [];
  const scene = await openOrphan();
  await using sandbox = scene.sandbox;
  await runInSteps(
    sandbox,
    (server) => start(scene, server),
    (step) => void steps.push(step),
  );
  return { steps, isGone: await isAllGone(scene) };
}

const { steps, isGone } = await undisturbed();

describe('delete-orphan that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(isGone).toBe(true);
    for (const verb of ['patch', 'delete'])
      expect(steps).toContain(`the answer to ${verb} volumesnapshotcontents 1`);
  });

  test.each(sampled(steps, 3))('at %s comes to the same end the next time', async (wanted) => {
    const scene = await openOrphan();
    await using sandbox = scene.sandbox;
    await runUntil(wanted, sandbox, (server) => start(scene, server));
    const { exitCode } = await start(scene).ended;
    // Once the deletion is under way there may be nothing left to delete.
    expect([0, ...(wanted.includes('delete') ? [4] : [])]).toContain(exitCode);
    expect(await isAllGone(scene)).toBe(true);
  });
});
