import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deployApp, provisionVolume } from '../../scripts/sandbox/app.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { addCronJob, examined } from './scene.ts';

test('doctor reads no file of this machine that a manifest names, and sends none to the container of a tenant', async () => {
  await using sandbox = await openSandbox();
  const folder = mkdtempSync(join(tmpdir(), 'bak-foreign-'));
  try {
    const own = join(folder, 'token');
    const seen = join(folder, 'seen');
    writeFileSync(own, 'token-of-the-admin\n');
    writeFileSync(join(folder, 'sh'), `#!/bin/bash\n/bin/sh "$@" < <(tee -a ${seen})\n`, { mode: 0o755 });
    await provisionVolume(sandbox, 'shop');
    const programs = { programs: folder, port: 1, user: 'u', password: 'p', name: 'shop' };
    const { settings, serviceAccount } = await deployApp(sandbox, 'shop', programs);
    addCronJob(sandbox, { ...settings, BAK_DB_POSTGRES_PASSWORD_FILE: own }, serviceAccount.name);
    const { bad } = await examined(sandbox);
    expect(existsSync(seen) ? readFileSync(seen, 'utf8') : '').not.toContain('token-of-the-admin');
    expect(bad('settings')).toEqual([
      expect.stringContaining('Not all of its settings are in its manifest (BAK_DB_POSTGRES_PASSWORD_FILE)'),
    ]);
    expect(bad('trial')).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
