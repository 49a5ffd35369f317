import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { label } from '../../../src/snapshots/labels.ts';
import { contents } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../../support/command-process.ts';
import { runInSteps, runUntil } from '../../support/steps-of-a-run.ts';
import { dates, namespace, openVolume, retaining, snap, tiered, untilSettled } from '../real-snapshots.ts';
import { retainAccount } from '../support.ts';
import { sampled } from '../../support/exhaustive.ts';

const named = ['old-retained', 'old'];

/** One that stands for its day, and two that are named, one of which is retained. */
async function openScene(): Promise<Sandbox> {
  const sandbox = await openVolume();
  await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
  await snap(sandbox, 'old', tiered());
  await snap(sandbox, 'old-retained', tiered(), retaining);
  return sandbox;
}

function start(sandbox: Sandbox, server?: URL): CommandProcess {
  const args = [...named, '--namespace', namespace, '--yes'];
  const account = { ...retainAccount, ...(server && { server }) };
  return startCommand(sandbox, { command: 'delete', args, settings: {}, account });
}

/** What is there of snapshots, of contents, and in the storage. */
async function endOf(sandbox: Sandbox) {
  await untilSettled(sandbox);
  const folder = join(sandbox.folder, 'snapshots');
  const stored = existsSync(folder) ? readdirSync(folder).length : 0;
  return { left: Object.keys(dates(sandbox)), contents: sandbox.objects.all(contents).length, stored };
}

async function stepsOf(): Promise<string[]> {
  const steps: string[] = [];
  await using sandbox = await openScene();
  await runInSteps(
    sandbox,
    (server) => start(sandbox, server),
    (step) => void steps.push(step),
  );
  return steps;
}

const steps = await stepsOf();
const end = { left: ['newest'], contents: 1, stored: 1 };

describe('delete that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(steps).toContain('the answer to patch volumesnapshotcontents 1');
    expect(steps).toContain('the answer to delete volumesnapshots 2');
  });

  test.each(sampled(steps, 3))('at %s comes to its end the next time', async (wanted) => {
    await using sandbox = await openScene();
    await runUntil(wanted, sandbox, (server) => start(sandbox, server));
    await untilSettled(sandbox);
    const gone = named.filter((name) => !Object.keys(dates(sandbox)).includes(name));
    const { exitCode, stderr } = await start(sandbox).ended;
    // Of those that have gone before it says that they are not there, for a name may be mistyped.
    expect(exitCode).toBe(gone.length === 0 ? 0 : 3);
    for (const name of gone) expect(stderr).toContain(`no VolumeSnapshot '${name}'`);
    expect(await endOf(sandbox)).toEqual(end);
  });
});
