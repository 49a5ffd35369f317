import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../../support/command-process.ts';
import { runInSteps, runUntil } from '../../support/steps-of-a-run.ts';
import { openFleet, retainAccount, tiersLeft } from '../support.ts';
import { sampled } from '../../support/exhaustive.ts';

const fleet = [
  { namespace: 'shop', pvc: 'data', nights: 12 },
  { namespace: 'blog', pvc: 'data', nights: 10 },
];

function startRetain(sandbox: Sandbox, server?: URL): CommandProcess {
  const settings = { RETAIN_LAST_DAILY: '3', RETAIN_LAST_WEEKLY: '1' };
  return startCommand(sandbox, {
    command: 'retain',
    settings,
    account: { ...retainAccount, ...(server && { server }) },
  });
}

/** The names of its steps, and what is left after them. */
async function undisturbed() {
  const steps: string[] = [];
  await using sandbox = await openFleet(fleet);
  await runInSteps(
    sandbox,
    (server) => startRetain(sandbox, server),
    (step) => void steps.push(step),
  );
  return { steps, end: tiersLeft(sandbox) };
}

const { steps, end } = await undisturbed();

describe('retain that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(steps).toHaveLength(20);
    expect(steps).toContain('the answer to patch volumesnapshots 16');
    expect(Object.keys(end)).toHaveLength(10);
  });

  test.each(sampled(steps, 3))('at %s comes to the same end the next time', async (wanted) => {
    await using sandbox = await openFleet(fleet);
    await runUntil(wanted, sandbox, (server) => startRetain(sandbox, server));
    expect(await startRetain(sandbox).ended).toMatchObject({ exitCode: 0 });
    expect(tiersLeft(sandbox)).toEqual(end);
  });
});
