import { expect, it } from 'vitest';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { startCommand } from '../support/command-process.ts';

it('settings that are refused in a pod are told to the Job of that pod, if there is one', async () => {
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
  const asked = () => sandbox.requests.filter(({ path }) => path.includes('/pods/nightly-1-abc')).length;

  expect(await run({})).toMatchObject({ exitCode: 2 });
  expect(asked()).toBe(0);
  const { exitCode, stdout } = await run({ BAK_LABEL_VS_POD: 'nightly-1-abc' });
  expect({ exitCode, result: JSON.parse(stdout.trim()) as unknown }).toMatchObject({
    exitCode: 2,
    result: { reason: 'settings' },
  });
  expect(asked()).toBe(1);
});
