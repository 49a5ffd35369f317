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
