import { spawn } from 'node:child_process';
import type { ExecStep } from './scripted-server.ts';

/**
 * Runs what an exec asks for as a local process, in a session of its own as container runtimes do, and speaks v5.
 * Like a kubelet, it leaves the process running when the WebSocket goes away.
 */
export const localProcess: ExecStep = (socket, { query }) => {
  const [program = '', ...args] = query.getAll('command');
  const child = spawn(program, args, { detached: true });
  const forward = (channel: number) => (chunk: Buffer) =>
    socket.send(Buffer.concat([Buffer.of(channel), chunk]));
  child.stdout.on('data', forward(1));
  child.stderr.on('data', forward(2));
  child.stdin.on('error', () => {});
  if (!query.has('stdin')) child.stdin.end();
  socket.on('message', (data: Buffer) => {
    if (data[0] === 0) child.stdin.write(data.subarray(1));
    if (data[0] === 255) child.stdin.end();
  });
  child.on('close', (code) => {
    forward(3)(Buffer.from(JSON.stringify(exitStatus(code ?? 128))));
    socket.close(1000);
  });
};

export function exitStatus(code: number): Record<string, unknown> {
  if (code === 0) return { metadata: {}, status: 'Success' };
  const causes = [{ reason: 'ExitCode', message: String(code) }];
  return { metadata: {}, status: 'Failure', reason: 'NonZeroExitCode', details: { causes } };
}
