import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync } from 'node:fs';

/** Whom a database server runs as, which refuses to run as root. */
export const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export function giveToNobody(path: string): void {
  if (asNobody.uid !== undefined) chownSync(path, asNobody.uid, asNobody.gid);
}

/** Starts a server that says on stderr when it takes connections; throws with all that it has said when it ends before. */
export async function startServer(
  program: string,
  args: readonly string[],
  { cwd, ready }: { readonly cwd: string; readonly ready: string },
): Promise<ChildProcess> {
  const server = spawn(program, args, { ...asNobody, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes(ready)) resolve();
    });
    server.once('exit', () => reject(new Error(`${program} did not start: ${log}`)));
  });
  return server;
}
