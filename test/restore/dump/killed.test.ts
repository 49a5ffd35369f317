import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { pods } from '../../../scripts/sandbox/objects/kinds.ts';
import { isReader } from '../../../src/restore/dump/reader-manifest.ts';
import { letLeaseExpire } from '../../backup/create-process.ts';
import { server, type Scene } from '../../databases/operations/scene.ts';
import { blankPostgres } from '../../support/servers.ts';
import { runInSteps, runUntil } from '../../support/steps-of-a-run.ts';
import { spread } from '../../../scripts/tests/spread.ts';
import { exhaustively, isExhaustive, sampled } from '../../support/exhaustive.ts';
import { left, openLost, rows, run } from './scene.ts';

await blankPostgres();

const restoring = (snapshot: string) => ['restore', '--snapshot', snapshot, '--yes', '--drop-old'];
const downloading = (snapshot: string, file: string) => ['download', '--snapshot', snapshot, '-f', file];

async function stepsOf(args: (snapshot: string) => readonly string[]): Promise<string[]> {
  if (!server || !isExhaustive) return [];
  const { scene, snapshot } = await openLost();
  await using _scene = scene;
  const steps: string[] = [];
  const exitCode = await runInSteps(
    scene.sandbox,
    (address) => run(scene, args(snapshot), { server: address }),
    (step) => void steps.push(step),
  );
  if (exitCode !== 0) throw new Error(`what nobody disturbs ended with ${exitCode}`);
  return steps;
}

/**
 * What is asked before anything is made leaves nothing. What a script says first on stderr comes just before it goes on to
 * stdout. Whether there is a second watch of a kind depends on how fast what is waited for comes.
 */
function fromCreation(steps: readonly string[]): string[] {
  return steps
    .slice(steps.indexOf(creation))
    .filter((step) => !step.startsWith('the first on stderr of ') && !/ watch \w+ (?!1$)/.test(step));
}

const folder = mkdtempSync(join(tmpdir(), 'killed-download-'));
const creation = 'the answer to create pods 1';
const stepsOfRestore = isExhaustive ? fromCreation(await stepsOf(restoring)) : [creation];
const stepsOfDownload = fromCreation(await stepsOf((snapshot) => downloading(snapshot, folder)));
rmSync(folder, { recursive: true });

const isGone = (scene: Scene) => vi.waitFor(() => expect(left(scene)).toEqual([]), { timeout: 10_000 });

describe.runIf(server)('a restore from a snapshot', { timeout: 90_000 }, () => {
  exhaustively.test('has the steps that these tests are about', () => {
    expect(stepsOfRestore[0]).toBe('the answer to create pods 1');
    expect(stepsOfRestore).toContain('the answer to delete pods 1');
  });

  test.each(sampled(stepsOfRestore, 1))(
    'that is killed at %s leaves nothing once it is run again',
    async (step) => {
      const { scene, snapshot } = await openLost();
      await using _scene = scene;
      await runUntil(step, scene.sandbox, (address) => run(scene, restoring(snapshot), { server: address }));
      letLeaseExpire(scene.sandbox, scene.app.namespace);
      const { exitCode, stderr } = await run(scene, restoring(snapshot)).ended;
      expect(stderr).not.toContain('"level":"error"');
      expect(exitCode).toBe(0);
      expect(rows(scene)).toBe('2000');
      await isGone(scene);
    },
  );

  // What it does at each step is seen above; this is of how it ends then.
  exhaustively.test.each(spread(stepsOfRestore, 8))(
    'that is stopped at %s leaves nothing at all',
    async (step) => {
      const { scene, snapshot } = await openLost();
      await using _scene = scene;
      await runInSteps(
        scene.sandbox,
        (address) => run(scene, restoring(snapshot), { server: address }),
        (name, _kill, process) => {
          if (name === step) process.terminate();
        },
      );
      await isGone(scene);
      expect(['1', '2000']).toContain(rows(scene));
    },
  );
});

exhaustively.describe.runIf(server)('a download from a snapshot', { timeout: 90_000 }, () => {
  test.each(spread(stepsOfDownload, 10))(
    'that is killed at %s leaves a pod that ends by itself, and goes with the next run',
    async (step) => {
      const { scene, snapshot } = await openLost();
      await using _scene = scene;
      const place = mkdtempSync(join(tmpdir(), 'killed-download-'));
      onTestFinished(() => rmSync(place, { recursive: true }));
      await runUntil(step, scene.sandbox, (address) =>
        run(scene, downloading(snapshot, place), { server: address }),
      );
      const { objects } = scene.sandbox;
      // In the sandbox other processes are seen beside it, so that it does not end: this is how it ends elsewhere.
      for (const pod of objects.all(pods, scene.app.namespace).filter(isReader))
        objects.touch(
          pods,
          pod,
          (one) => void (one.status = { ...(one.status as object), phase: 'Succeeded' }),
          'status',
        );
      const args = [...downloading(snapshot, place), '--force'];
      const { exitCode, stderr } = await run(scene, args).ended;
      expect(stderr).not.toContain('"level":"error"');
      expect(exitCode).toBe(0);
      expect(readdirSync(place)).toContain('dump.sql.gz');
      await isGone(scene);
    },
  );
});
