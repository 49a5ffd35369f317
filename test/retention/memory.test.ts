import { expect, it } from 'vitest';
import { peakMemory } from '../../scripts/bench/peak-memory.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { startCommand } from '../support/command-process.ts';
import { nightlySnapshots } from '../support/nightly-snapshots.ts';
import { now, openFleet, retainAccount } from './support.ts';

const mebibyte = 1024 * 1024;

it('retain is done in a few hundred MiB, however much one tenant has written on its snapshots', async () => {
  const fleet = ['evil', 'shop'].map((namespace) => ({ namespace, pvc: 'data', nights: 12 }));
  await using sandbox = await openFleet(fleet, { isStill: true });
  const large = nightlySnapshots('evil', 'large', 120, now);
  const note = 'x'.repeat(mebibyte);
  for (const { metadata } of large) metadata.annotations = { ...metadata.annotations, note };
  sandbox.load(snapshots, large);
  const settings = { RETAIN_DRY_RUN: 'true', RETAIN_LAST_DAILY: '3' };
  const run = startCommand(sandbox, {
    command: 'retain',
    args: ['-o', 'json'],
    settings,
    account: retainAccount,
  });
  const memory = peakMemory(run.pid);
  const { exitCode, stdout, stderr } = await run.ended;
  memory.stop();
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout).toContain('"namespace":"shop"');
  expect(memory.peak()).toBeGreaterThan(30 * mebibyte);
  expect(memory.peak()).toBeLessThan(300 * mebibyte);
}, 60_000);
