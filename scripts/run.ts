import { spawn, type SpawnOptions } from 'node:child_process';
import { Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Text or a stream for its stdin; none by default. */
  input?: string | Readable;
  /** Called with every line of stderr as it comes. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/** Runs a program to its end and gives its stdout; a failure carries the end of its stderr. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = spawn(program, args, spawnOptions(options));
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  const fed = feed(child.stdin!, options.input ?? '');
  let errors = '';
  let rest = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-8000);
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) options.onLine?.(line);
  });
  const [stdout, status] = await Promise.race([Promise.all([text(child.stdout!), ended, fed]), failed]);
  if (status !== 0) {
    throw new Error(
      `${program} ${args.join(' ')} ended with ${status}: ${errors.trim() || stdout.trim().slice(-2000)}`,
    );
  }
  return stdout;
}

/** A program may end without reading all of its input; then its exit status tells, not the pipe. */
async function feed(stdin: Writable, input: string | Readable): Promise<void> {
  await pipeline(typeof input === 'string' ? Readable.from([input]) : input, stdin).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    },
  );
}

function spawnOptions(options: RunOptions): SpawnOptions {
  return {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd && { cwd: options.cwd }),
    ...(options.signal && { signal: options.signal }),
    env: { ...process.env, ...options.env },
  };
}

/** Whether a program can be found on the PATH and says yes. */
export async function succeeds(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await run(program, args, signal ? { signal } : {});
    return true;
  } catch {
    return false;
  }
}
