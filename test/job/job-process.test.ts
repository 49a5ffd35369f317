import { load } from 'js-yaml';
import { expect, test, vi } from 'vitest';
import { jobs } from '../../scripts/sandbox/objects/kinds.ts';
import { startCommand } from '../support/command-process.ts';
import { add, cronJob, openShop } from './scene.ts';

test('create --job prints the log, ends as the container does, and on Ctrl-C says that the Job goes on', async () => {
  await using sandbox = await openShop();
  const start = (...args: string[]) =>
    startCommand(sandbox, { command: 'create', args, settings: {}, account: { namespace: 'shop' } });

  // Refused before anything is made; and its name is no value of the flag after it.
  expect(await start('--job', '--pvc-name', 'data').ended).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('leave out --pvc-name') as string,
  });
  expect(sandbox.objects.all(jobs, 'shop')).toEqual([]);

  add(sandbox, cronJob('killed', 'echo out of memory; exit 137'));
  const killed = await start('--job').ended;
  expect(killed).toMatchObject({
    exitCode: 137,
    stdout: 'out of memory\n',
  });

  add(sandbox, cronJob('slow', 'echo begun; sleep 60'));
  const slow = start('-n', 'shop', '--job=cronjob/slow');
  await vi.waitFor(() => expect(slow.said().stdout).toContain('begun'), { timeout: 20_000 });
  slow.interrupt();
  const { exitCode, stderr } = await slow.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/Stopped by SIGINT; Job 'slow-\w+' goes on; .* delete job slow-\w+/);
  expect(sandbox.objects.all(jobs, 'shop')).toHaveLength(2);
});

test('create --job -o json has one document on stdout, with the snapshots that were made, and the log on stderr', async () => {
  await using sandbox = await openShop();
  const start = (...args: string[]) =>
    startCommand(sandbox, { command: 'create', args, settings: {}, account: { namespace: 'shop' } });
  const snapshot = { name: 'shop-data-1', pvc: 'data' };
  const line = JSON.stringify({ msg: 'Backed up', snapshots: [{ ...snapshot, className: 'fast' }] });
  add(sandbox, cronJob('good', `echo begun; echo '{"snapshots":3}'; echo '${line}'`));
  const good = await start('--job', '-o', 'json').ended;
  expect(good.exitCode).toBe(0);
  expect(JSON.parse(good.stdout)).toEqual({
    namespace: 'shop',
    cronJob: 'good',
    job: expect.stringMatching(/^good-\w{8}$/) as string,
    outcome: 'complete',
    exitCode: 0,
    snapshots: [snapshot],
  });
  expect(good.stderr).toContain(`begun\n{"snapshots":3}\n${line}\n`);

  // What ended badly says so in the same document, in YAML, too.
  add(sandbox, cronJob('bad', `echo '{"error":"no lock","reason":"lock","exitCode":5}'; exit 5`));
  const bad = await start('--job=bad', '-o', 'yaml').ended;
  expect(bad.exitCode).toBe(5);
  expect(load(bad.stdout)).toEqual({
    namespace: 'shop',
    cronJob: 'bad',
    job: expect.stringMatching(/^bad-\w{8}$/) as string,
    outcome: 'failed',
    exitCode: 5,
    reason: 'lock',
    snapshots: [],
    error: expect.stringMatching(
      /^Job 'bad-\w+' in namespace 'shop' failed: its container ended with exit code 5/,
    ) as string,
  });
});
