import { describe, expect, test } from 'vitest';
import { namespace } from '../../retention/real-snapshots.ts';
import { claims } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../../support/command-process.ts';
import { runInSteps } from '../../support/steps-of-a-run.ts';
import { fileOf, openMonday, person, stallStorage } from './support.ts';
import { sampled } from '../../support/exhaustive.ts';

function start(sandbox: Sandbox, server?: URL): CommandProcess {
  const args = ['monday', '--pvc', 'restored', '--wait', '--output', 'json'];
  const account = { ...person, ...(server && { server }) };
  return startCommand(sandbox, { command: 'restore', args, settings: {}, account });
}

const watch = 'the answer to watch persistentvolumeclaims 1';

/** Runs it to its end, or until it is killed; its volume is there when it waits for it, not before. */
async function runWatched(
  sandbox: Sandbox,
  onStep: (step: string, kill: () => Promise<void>) => void | Promise<void>,
): Promise<void> {
  const resume = stallStorage(sandbox);
  await runInSteps(
    sandbox,
    (server) => start(sandbox, server),
    async (step, kill) => {
      if (step === watch) resume();
      await onStep(step, kill);
    },
  );
  resume();
}

async function stepsOf(): Promise<string[]> {
  const steps: string[] = [];
  await using sandbox = await openMonday();
  await runWatched(sandbox, (step) => void steps.push(step));
  return steps;
}

const steps = await stepsOf();

describe('restore that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(steps).toContain('the answer to create persistentvolumeclaims 1');
    expect(steps).toContain('the first event of watch persistentvolumeclaims 1');
  });

  test.each(sampled(steps, 3))('at %s comes to its end the next time', async (wanted) => {
    await using sandbox = await openMonday();
    let hasCome = false;
    await runWatched(sandbox, async (step, kill) => {
      if (step !== wanted) return;
      hasCome = true;
      await kill();
    });
    expect(hasCome).toBe(true);
    const existed = sandbox.objects.find(claims, namespace, 'restored') !== undefined;
    const { exitCode, stdout } = await start(sandbox).ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pvc: 'restored', bound: true, existed });
    expect(fileOf(sandbox, 'restored')).toBe('monday');
    expect(sandbox.objects.all(claims, namespace)).toHaveLength(2);
  });
});
