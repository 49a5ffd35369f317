import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { label } from '../../../src/snapshots/labels.ts';
import { contents } from '../../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import { startCommand, type CommandProcess } from '../../support/command-process.ts';
import { runInSteps, runUntil } from '../../support/steps-of-a-run.ts';
import { dates, openVolume, retaining, snap, tiered, untilSettled } from '../real-snapshots.ts';
import { retainAccount } from '../support.ts';
import { sampled } from '../../support/exhaustive.ts';

const past = { [label.deleteAfter]: '2026-11-20' };

/** One that stands for its day, two that stand for nothing, and two that are due, one of which is retained. */
async function openScene(): Promise<Sandbox> {
  const sandbox = await openVolume();
  await snap(sandbox, 'newest', tiered({ [label.daily]: '2026-11-21' }));
  for (const name of ['old-1', 'old-2']) await snap(sandbox, name, tiered());
  await snap(sandbox, 'due', tiered(past));
  await snap(sandbox, 'due-retained', tiered(past), retaining);
  return sandbox;
}

function start(sandbox: Sandbox, server?: URL): CommandProcess {
  const settings = { MARK_AND_DELETE_PAUSE: '0' };
  const account = { ...retainAccount, ...(server && { server }) };
  return startCommand(sandbox, { command: 'mark-and-delete', settings, account });
}

/** What is there of snapshots, of contents, and in the storage. */
async function endOf(sandbox: Sandbox) {
  await untilSettled(sandbox);
  const folder = join(sandbox.folder, 'snapshots');
  const stored = existsSync(folder) ? readdirSync(folder).length : 0;
  return { dates: dates(sandbox), contents: sandbox.objects.all(contents).length, stored };
}

async function undisturbed() {
  const steps: string[] = [];
  await using sandbox = await openScene();
  await runInSteps(
    sandbox,
    (server) => start(sandbox, server),
    (step) => void steps.push(step),
  );
  return { steps, end: await endOf(sandbox) };
}

const { steps, end } = await undisturbed();

describe('mark-and-delete that is killed', { concurrent: true, timeout: 60_000 }, () => {
  test('has the steps that these tests are about', () => {
    expect(steps).toContain('the answer to patch volumesnapshotcontents 1');
    expect(steps).toContain('the answer to delete volumesnapshots 2');
    const marked = { 'old-1': '2026-11-21', 'old-2': '2026-11-21' };
    expect(end).toEqual({ dates: { newest: undefined, ...marked }, contents: 3, stored: 3 });
  });

  test.each(sampled(steps, 3))('at %s comes to the same end the next time', async (wanted) => {
    await using sandbox = await openScene();
    await runUntil(wanted, sandbox, (server) => start(sandbox, server));
    expect(await start(sandbox).ended).toMatchObject({ exitCode: 0 });
    expect(await endOf(sandbox)).toEqual(end);
  });
});
