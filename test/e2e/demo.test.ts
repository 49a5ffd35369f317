import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkout } from '../../scripts/testbed.ts';
import { postgresPrograms } from '../../scripts/servers/postgres-programs.ts';

const main = join(checkout, 'scripts', 'demo', 'main.ts');

describe('the demo', { timeout: 300_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'demo-'));
    // PostgreSQL runs as another user when this is root.
    chmodSync(folder, 0o711);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function start(...args: string[]) {
    // npm keeps a cache of its own there.
    const env = { ...process.env, TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
    const child = spawn(process.execPath, [main, ...args], { cwd: checkout, env });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const closed = once(child, 'close') as Promise<[number]>;
    return { child, said: () => output, ended: closed.then(([code]) => ({ code, output })) };
  }

  test.runIf(postgresPrograms)('restores the rows of a kept day, and leaves nothing behind', async () => {
    const { code, output } = await start('--today', '2026-11-30').ended;
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 0, left: [] });
    expect(output).toMatch(/^These are the orders of 2026-10-\d\d\.$/m);
    expect(output).toContain('61 backups and a restore');
  });

  test('goes on with plain files where there is no PostgreSQL', async () => {
    const { code, output } = await start('--files', '--today', '2027-03-28').ended;
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 0, left: [] });
    expect(output).toMatch(/^These are the orders of 2027-02-\d\d\.$/m);
  });

  test('refuses a day that no calendar has', () => {
    const words = [main, '--files', '--today', '2027-02-29'];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "--today is '2027-02-29'; it must be a day from 2000-01-01 to 2199-12-31, as YYYY-MM-DD\n",
    });
  });

  test('that is interrupted leaves nothing behind either', async () => {
    const { child, said, ended } = start('--files');
    await vi.waitUntil(() => said().includes('day 10'), { timeout: 60_000 });
    child.kill('SIGINT');
    const { code } = await ended;
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 130, left: [] });
  });
});
