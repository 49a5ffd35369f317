import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Whom a database server runs as, which refuses to run as root. */
export const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export function giveToNobody(path: string): void {
  if (asNobody.uid !== undefined) chownSync(path, asNobody.uid, asNobody.gid);
}

/**
 * Starts a server in its folder, and resolves when it says on stderr that it takes connections; throws with all that it
 * has said when it ends before. It does not keep this process alive, and ends with it, however that ends.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  { cwd, ready }: { readonly cwd: string; readonly ready: string },
): Promise<ChildProcess> {
  const server = spawn(program, args, { ...asNobody, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  endWithUs(server, cwd);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes(ready)) resolve();
    });
    server.once('exit', () => reject(new Error(`${program} did not start: ${log}`)));
  });
  server.unref();
  (server.stderr as Socket).unref();
  return server;
}

/**
 * Waits for the end of its stdin, which comes when we are gone, even by SIGKILL. A server that ends before says so here:
 * its number may be another's by then. SIGQUIT has PostgreSQL give its shared memory back.
 */
const guard = `
read -r word && exit
kill -s QUIT "$1"
turns=0
while kill -0 "$1" && [ "$turns" -lt 50 ]; do sleep 0.1; turns=$((turns + 1)); done
kill -s KILL "$1"
rm -rf "$2"
`;

/** Has the process ended, and a folder removed, when this process is gone. */
export function endWithUs(child: ChildProcess, folder = ''): void {
  if (child.pid === undefined) return;
  // In a session of its own, Ctrl-C at a terminal does not end it.
  const options = { stdio: ['pipe', 'ignore', 'ignore'] as ['pipe', 'ignore', 'ignore'], detached: true };
  const watcher = spawn('sh', ['-c', guard, 'sh', String(child.pid), folder], options);
  watcher.unref();
  (watcher.stdin as Socket).unref();
  watcher.stdin.on('error', () => {});
  child.once('exit', () => watcher.stdin.end('ended\n'));
}
