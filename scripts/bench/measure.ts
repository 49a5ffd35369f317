import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { peakMemory } from './peak-memory.ts';
import { usageOfChildren } from './usage.ts';

export interface MeasureOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Takes its output at its own pace; /dev/null unless given. */
  readonly stdout?: Writable;
  /** An exit code that is not a failure, besides 0; `any`: how it ends is of no interest. */
  readonly mayExit?: number | 'any';
  readonly signal: AbortSignal;
}

export interface Measured {
  /** From before the process was started until it was gone. */
  readonly seconds: number;
  /** User and system time; of all processes that ended in the meantime. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at once, in MB of a million bytes. */
  readonly peakMegabytes: number;
  /** All that the process wrote, as the kernel counted it: to its stdout, and the little more to its sockets. */
  readonly writtenBytes: number;
  readonly stderr: string;
}

/** Runs a whole process to its end. Measure one at a time if `cpuSeconds` or `writtenBytes` are of interest. */
export async function measure(
  program: string,
  args: readonly string[],
  { env, stdout, mayExit = 0, signal }: MeasureOptions,
): Promise<Measured> {
  const before = usageOfChildren();
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', stdout ? 'pipe' : 'ignore', 'pipe'],
    env: { ...process.env, ...env },
    signal,
  });
  const memory = peakMemory(child.pid ?? 0);
  const ended = once(child, 'exit').then(([code, killedBy]: (number | string | null)[]) => {
    const after = usageOfChildren();
    return {
      status: code ?? killedBy,
      seconds: (performance.now() - start) / 1000,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      writtenBytes: after.writtenBytes - before.writtenBytes,
    };
  });
  try {
    const drained = stdout && child.stdout ? pipeline(child.stdout, stdout) : undefined;
    const [{ status, ...usage }, stderr] = await Promise.all([ended, text(child.stderr!), drained]);
    if (status !== 0 && status !== mayExit && mayExit !== 'any')
      throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr.slice(-4000)}`);
    return { ...usage, peakMegabytes: memory.peak() / 1e6, stderr };
  } finally {
    memory.stop();
  }
}
