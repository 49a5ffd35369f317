import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkout } from '../../scripts/testbed.ts';
import { postgresPrograms } from '../support/postgres-programs.ts';

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
    const { code, output } = await start().ended;
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 0, left: [] });
    expect(output).toMatch(/^These are the orders of \d{4}-\d\d-\d\d\.$/m);
    expect(output).toContain('61 backups and a restore');
  });

  test('goes on with plain files where there is no PostgreSQL', async () => {
    const { code, output } = await start('--files').ended;
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 0, left: [] });
    expect(output).toMatch(/^These are the orders of \d{4}-\d\d-\d\d\.$/m);
  });

  test('that is interrupted leaves nothing behind either', async () => {
    const { child, said, ended } = start('--files');
    await vi.waitUntil(() => said().includes('day 10'), { timeout: 60_000 });
    child.kill('SIGINT');
    const { code } = await ended;
    expect({ code, left: readdirSync(folder) }).toEqual({ code: 130, left: [] });
  });
});
