import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

/** A server in a process of its own. */
export interface Child<Said> extends AsyncDisposable {
  readonly pid: number;
  /** Its first line, which is JSON. */
  readonly said: Said;
}

/** Starts a script of this folder; it ends when its stdin does. */
export async function startChild<Said>(
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Child<Said>> {
  const path = join(import.meta.dirname, script);
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'], signal });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`))),
  ])) as [string];
  return {
    pid: child.pid ?? 0,
    said: JSON.parse(line) as Said,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
