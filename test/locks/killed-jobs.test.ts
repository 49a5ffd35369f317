import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { acquire, flockFromOutside, lockDirectory, openers } from './support.ts';

const script = fileURLToPath(new URL('job.ts', import.meta.url));

/** Resolves once the job has logged that message. */
async function startJob(directory: string, until: string): Promise<ChildProcess> {
  const job = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'inherit', 'pipe'] });
  onTestFinished(() => void job.kill('SIGKILL'));
  let output = '';
  for await (const chunk of job.stderr) {
    output += String(chunk);
    if (output.includes(until)) return job;
  }
  throw new Error(`the job ended after: ${output}`);
}

async function killHard(job: ChildProcess): Promise<void> {
  job.kill('SIGKILL');
  if (job.exitCode === null && job.signalCode === null) await once(job, 'exit');
}

describe('a job that is killed with SIGKILL', () => {
  it('frees its slot at once', async () => {
    const directory = lockDirectory();
    const job = await startJob(directory, 'node slot taken');
    expect(await flockFromOutside('-n', join(directory, '1.lock'), 'true')).toBe(1);
    await killHard(job);
    expect(await flockFromOutside('-n', join(directory, '1.lock'), 'true')).toBe(0);
  });

  it('hands its slot to a job that waits', async () => {
    const directory = lockDirectory();
    const job = await startJob(directory, 'node slot taken');
    const waiting = acquire({ directory });
    await vi.waitFor(() => expect(openers(join(directory, '1.lock'))).toContain(process.pid));
    await killHard(job);
    expect((await waiting).slot).toBe(1);
  });

  it('while it waits leaves nothing that could hold the slot later', async () => {
    const directory = lockDirectory();
    const path = join(directory, '1.lock');
    const slot = await acquire({ directory });
    const job = await startJob(directory, 'waiting for one');
    await vi.waitFor(() => expect(openers(path).length).toBe(3));
    await killHard(job);
    await slot.release();
    await vi.waitFor(() => expect(openers(path)).toEqual([]));
    expect(await flockFromOutside('-n', path, 'true')).toBe(0);
  });
});
