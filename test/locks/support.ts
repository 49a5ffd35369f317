import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { systemClock, systemRandom, type Clock } from '../../src/core/system.ts';
import { acquireNodeSlot, type NodeSlot, type NodeSlotOptions } from '../../src/locks/node-slots.ts';

/** A lock directory that goes with its test. */
export function lockDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'locks-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

export interface LogLine {
  readonly msg: string;
  readonly [key: string]: unknown;
}

export function testContext({ clock = systemClock, signal }: { clock?: Clock; signal?: AbortSignal } = {}) {
  const lines: LogLine[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { clock, log, random: systemRandom, signal: signal ?? new AbortController().signal, lines };
}

/** Takes a slot that the test's end gives back at the latest. */
export async function acquire(
  options: Partial<NodeSlotOptions> & { directory: string },
  context: ReturnType<typeof testContext> = testContext(),
): Promise<NodeSlot> {
  const slot = await acquireNodeSlot(
    { count: 1, timeoutMilliseconds: 60_000, method: 'flock', ...options },
    context,
  );
  onTestFinished(() => slot.release());
  return slot;
}

/** A clock that only moves when a sleeper asks for it: each sleep passes at once, and is remembered; but none in the background. */
export function skippingClock(): Clock & { readonly sleeps: number[] } {
  let time = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => new Date(Date.UTC(2026, 10, 20, 14, 3, 7) + time),
    monotonic: () => time,
    async sleep(milliseconds, signal, { keepsAlive = true } = {}) {
      signal.throwIfAborted();
      if (!keepsAlive) await once(signal, 'abort');
      signal.throwIfAborted();
      sleeps.push(milliseconds);
      time += milliseconds;
    },
  };
}

/** The exit code of flock(1) run from outside: 0 got the lock, 1 found it taken. */
export async function flockFromOutside(...args: string[]): Promise<unknown> {
  const [code] = await once(spawn('flock', args, { stdio: 'ignore' }), 'exit');
  return code;
}

/** The processes that have the file open. */
export function openers(path: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => descriptors(pid).includes(path))
    .map(Number);
}

function descriptors(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => target(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

/** '' for a descriptor that was closed meanwhile. */
function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/** The names of those that wait, in their order. */
export function waiting(directory: string): string[] {
  const path = join(directory, '.waiting');
  return existsSync(path) ? readdirSync(path).sort() : [];
}

const script = fileURLToPath(new URL('job.ts', import.meta.url));

/** A job of another process; resolves once it has said that. */
export async function startJob(until: string, ...args: string[]): Promise<ChildProcess> {
  const job = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'pipe'] });
  onTestFinished(() => void job.kill('SIGKILL'));
  let output = '';
  for await (const chunk of job.stderr) {
    output += String(chunk);
    if (output.includes(until)) return job;
  }
  throw new Error(`the job ended after: ${output}`);
}

export async function killHard(job: ChildProcess): Promise<void> {
  job.kill('SIGKILL');
  if (job.exitCode === null && job.signalCode === null) await once(job, 'exit');
}
