import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { ExecOptions } from '../../src/kube/kube.ts';
import { startScript } from './script-process.ts';

/** What the database's container has in its environment, and its `sh`. */
export interface LocalContainer {
  readonly shell: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs what is meant for the database's container on this machine, as a container's runtime would. */
export async function execHere(options: ExecOptions, { shell, env }: LocalContainer): Promise<number> {
  let written = Promise.resolve();
  const onStdout = (text: string) => void (written = written.then(() => write(options.stdout, text)));
  const { stdin, end, pid } = startScript({ shell, command: options.command, env, onStdout });
  if (options.stdin instanceof Readable) options.stdin.pipe(stdin);
  const onAbort = () => void pid.then((number) => process.kill(number, 'SIGTERM'));
  options.signal.addEventListener('abort', onAbort, { once: true });
  const { exitCode, stderr, left, orphans } = await end;
  options.signal.removeEventListener('abort', onAbort);
  if (left.length > 0) throw new Error(`processes are left: ${left.join(', ')}`);
  if (orphans.some((code) => code !== 0 && code !== 1))
    throw new Error(`orphans ended with ${orphans.join()}`);
  await written;
  await write(options.stderr, stderr);
  return exitCode;
}

async function write(sink: ExecOptions['stdout'], text: string): Promise<void> {
  if (sink && !sink.write(text)) await once(sink, 'drain');
}
