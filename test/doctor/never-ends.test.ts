import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { addCronJob, examined } from './scene.ts';

test('doctor ends within a minute where the shell of a container never does, says which, and tries no more there', async () => {
  await using sandbox = await openSandbox();
  const folder = mkdtempSync(join(tmpdir(), 'bak-hang-'));
  try {
    const started = join(folder, 'started');
    writeFileSync(join(folder, 'sh'), `#!/bin/bash\ntouch ${started}\nexec sleep 300\n`, { mode: 0o755 });
    await provisionVolume(sandbox, 'shop');
    const programs = { programs: folder, port: 1, user: 'u', password: 'p', name: 'shop' };
    const { settings, serviceAccount } = await deployApp(sandbox, 'shop', programs);
    for (const name of ['backup', 'weekly']) addCronJob(sandbox, settings, serviceAccount.name, name);
    const begun = sandbox.clock.monotonic();
    const running = examined(sandbox);
    while (await Promise.race([running.then(() => false), delay(20, true)])) {
      if (existsSync(started)) sandbox.clock.advance(1000);
    }
    const { diagnoses } = await running;
    expect(sandbox.clock.monotonic() - begun).toBeLessThan(60_000);
    expect(diagnoses.filter(({ check }) => check === 'trial')).toMatchObject([
      {
        verdict: 'problem',
        where: 'shop/cronjob/backup',
        what: expect.stringMatching(
          /^PostgreSQL in \w+ '[^']+'.* of namespace 'shop' did not answer a trial within 30 s$/,
        ),
      },
      { verdict: 'warning', where: 'shop/cronjob/weekly', what: expect.stringContaining('was not tried') },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
