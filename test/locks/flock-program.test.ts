import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasFlockProgram, runFlock } from '../../src/locks/flock-program.ts';
import { lockDirectory } from './support.ts';

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;

describe('the flock program', () => {
  it('that is missing is named in one sentence', async () => {
    vi.stubEnv('PATH', lockDirectory());
    const fd = openSync(join(lockDirectory(), '1.lock'), 'w');
    await expect(runFlock('try', fd, never)).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('install util-linux, or give all backups'),
    });
    closeSync(fd);
    expect(await hasFlockProgram()).toBe(false);
  });

  it('that is there is found', async () => {
    expect(await hasFlockProgram()).toBe(true);
  });

  it('finds a lock of another descriptor of the same process taken', async () => {
    const path = join(lockDirectory(), '1.lock');
    const [one, other] = [openSync(path, 'w'), openSync(path, 'w')];
    expect(await runFlock('try', one, never)).toBe(true);
    expect(await runFlock('try', other, never)).toBe(false);
    closeSync(one);
    expect(await runFlock('try', other, never)).toBe(true);
    closeSync(other);
  });
});
