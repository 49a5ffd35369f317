import { expect, it } from 'vitest';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { gateway } from '../record/gateway.ts';
import { startCommand } from '../support/command-process.ts';

/** Its Job is gone, but the name tells. */
const pod = 'nightly-29000000-x7k2p';

it('settings that are refused in a pod are told to the Job of that pod, if there is one, and to the Pushgateway', async () => {
  await using sandbox = await openSandbox();
  await provisionVolume(sandbox, 'shop');
  const place = { programs: '/nowhere', port: 1, user: 'app', password: 'sesame', name: 'shop' };
  const { settings, serviceAccount } = await deployApp(sandbox, 'shop', place);
  const run = (more: Record<string, string>) =>
    startCommand(sandbox, {
      command: 'create',
      settings: { ...settings, KUBERNETES_SERVICE_HOST: '10.0.0.1', BAK_DB_POSTGRES_PORT: 'none', ...more },
      account: { serviceAccount },
    }).ended;
  const asked = () => sandbox.requests.filter(({ path }) => path.includes(`/pods/${pod}`)).length;

  expect(await run({})).toMatchObject({ exitCode: 2 });
  expect(asked()).toBe(0);
  const { url, pushes } = await gateway();
  const { exitCode, stdout } = await run({ BAK_LABEL_VS_POD: pod, BAK_METRICS_PUSH_URL: url });
  expect({ exitCode, result: JSON.parse(stdout.trim()) as unknown }).toMatchObject({
    exitCode: 2,
    result: { reason: 'settings' },
  });
  expect(asked()).toBe(1);
  expect(pushes).toMatchObject([
    {
      path: '/metrics/job/backup-ns/namespace/shop/cronjob/nightly',
      body: expect.stringMatching(/^backupns_last_run_exit_code 2$/m) as string,
    },
  ]);
});
