import type { Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { channel, channelProtocol } from '../../../src/kube/exec/channels.ts';
import { statusOfEnd, statusOfStartError } from './exec-status.ts';
import type { ExecStatus } from './exec-status.ts';
import { inTerminal, resize } from './in-terminal.ts';
import type { LocalProcess, LocalProcesses, ProcessOptions } from './local-processes.ts';

export interface ExecRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The channels that the client asked for; the others of the process are /dev/null. */
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** In a terminal, which takes the place of stderr. */
  readonly tty?: boolean;
}

/**
 * Runs a command, and serves it on a WebSocket that speaks v5 or v4 of the remote-command protocol.
 * Like a kubelet, it leaves the process running when the WebSocket goes away, without stdin and unheard.
 */
export function serveExec(socket: WebSocket, request: ExecRequest, processes: LocalProcesses): void {
  socket.on('error', () => {}); // A close follows, which says enough.
  socket.pause();
  void send(socket, firstOutput(request), Buffer.alloc(0));
  void finish(socket, run(socket, request, processes));
}

/** The API server sends an empty frame to the lowest of its channels, to say that the connection is established. */
function firstOutput({ stdout, stderr }: ExecRequest): number {
  if (stdout) return channel.stdout;
  return stderr ? channel.stderr : channel.status;
}

async function run(socket: WebSocket, request: ExecRequest, processes: LocalProcesses): Promise<ExecStatus> {
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let process: LocalProcess;
  try {
    process = await processes.start(processOf(request));
  } catch (error) {
    return statusOfStartError(error as Error);
  }
  if (process.stdin) void receive(socket, process.stdin, gone);
  if (process.extra) receiveSizes(socket, process.extra);
  socket.resume();
  const outputs = [
    forward(process.stdout, socket, channel.stdout),
    forward(process.stderr, socket, channel.stderr),
  ];
  const [end] = await Promise.all([process.exited, ...outputs]);
  return statusOfEnd(end);
}

function processOf({ stdin, stdout, stderr, tty, command, cwd, env }: ExecRequest): ProcessOptions {
  const pipes = [stdin, stdout, stderr && !tty].map((isWanted) => (isWanted ? 'pipe' : 'ignore'));
  if (!tty) return { command, cwd, env, stdio: pipes };
  // As containerd has it.
  return { command: inTerminal(command), cwd, env: { TERM: 'xterm', ...env }, stdio: [...pipes, 'pipe'] };
}

function receiveSizes(socket: WebSocket, sizes: Writable): void {
  sizes.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    if (data[0] === channel.resize) resize(sizes, data.subarray(1));
  });
}

async function finish(socket: WebSocket, ending: Promise<ExecStatus>): Promise<void> {
  const status = await ending;
  await send(socket, channel.status, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
  socket.resume(); // Or the client's own close is not read.
}

/** Hands frames to stdin at its pace; it ends with a half-close, which v5 has, or with the WebSocket. */
async function receive(socket: WebSocket, stdin: Writable, gone: Promise<void>): Promise<void> {
  stdin.on('error', () => {}); // The process reads no more; what still comes is dropped.
  stdin.on('drain', () => socket.resume());
  stdin.on('close', () => socket.resume());
  socket.on('message', (data: Buffer) => {
    const payload = data.subarray(1);
    if (data[0] === channel.stdin) {
      if (stdin.writable && !stdin.write(payload)) socket.pause();
    } else if (data[0] === channel.close && socket.protocol === channelProtocol.v5) {
      if (payload.equals(Buffer.of(channel.stdin))) stdin.end();
    }
  });
  await gone;
  stdin.end();
}

/** Chunk by chunk, each when the socket has taken the one before: a slow client holds the process back. */
async function forward(output: Readable | null, socket: WebSocket, to: number): Promise<void> {
  if (output === null) return;
  try {
    for await (const chunk of output) await send(socket, to, chunk as Buffer);
  } catch {
    // The pod is disposed of.
  }
}

/** Resolves when the frame was handed to the kernel, or will never be: then the client is gone. */
function send(socket: WebSocket, to: number, payload: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.send(Buffer.concat([Buffer.of(to), payload]), () => resolve());
  });
}
