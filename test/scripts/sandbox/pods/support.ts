import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { ScriptedServer } from '../../../kube/scripted-server.ts';
import { LocalProcesses } from '../../../../scripts/sandbox/pods/local-processes.ts';
import { serveExec } from '../../../../scripts/sandbox/pods/serve-exec.ts';

const quietTurns = 500;

export const protocols = { v5: 'v5.channel.k8s.io', v4: 'v4.channel.k8s.io' } as const;

/** A pod as far as these tests need one: a folder, its processes, and a server that runs every exec in it. */
export class TestPod implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'pod-'));
  readonly processes = new LocalProcesses();
  readonly server: ScriptedServer;
  readonly #sending = { most: 0, calls: 0, now: () => 0 };

  private constructor(server: ScriptedServer) {
    this.server = server.exec((socket, { query }) => {
      const send = socket.send.bind(socket) as (data: Buffer, done: () => void) => void;
      socket.send = ((data: Buffer, done: () => void) => {
        send(data, done);
        this.#sending.calls++;
        this.#sending.most = Math.max(this.#sending.most, socket.bufferedAmount);
      }) as typeof socket.send;
      this.#sending.now = () => socket.bufferedAmount;
      const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map((name) => query.has(name));
      const wanted = { stdin: stdin === true, stdout: stdout === true, stderr: stderr === true };
      const request = { ...wanted, command: query.getAll('command'), cwd: this.folder, env: this.env };
      serveExec(socket, request, this.processes);
    });
  }

  static async start(served: readonly string[] = Object.values(protocols)): Promise<TestPod> {
    return new TestPod(await ScriptedServer.start({ protocols: served }));
  }

  /** The most that the server's end of a WebSocket held at any time. */
  get mostBuffered(): number {
    return this.#sending.most;
  }

  /** Resolves when the server holds output that no kernel takes any more, for some turns of the event loop. */
  async stalled(): Promise<void> {
    for (let turns = 0, seen = 0; turns < quietTurns; turns++) {
      await setImmediate();
      if (this.#sending.now() === 0 || this.#sending.calls !== seen) turns = 0;
      seen = this.#sending.calls;
    }
  }

  get env(): Record<string, string> {
    return { PATH: process.env.PATH ?? '', FRUIT: 'pear' };
  }

  /** A client of our own making, that sees every frame; paused, it reads nothing. */
  async connect(command: readonly string[], wanted: readonly string[], protocol: string): Promise<RawClient> {
    const url = new URL('/api/v1/namespaces/shop/pods/db-0/exec', this.server.url);
    for (const name of wanted) url.searchParams.set(name, 'true');
    for (const word of command) url.searchParams.append('command', word);
    const socket = new WebSocket(url, [protocol]);
    const client = new RawClient(socket);
    await new Promise((resolve) => socket.once('open', resolve));
    return client;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The text of a file in the pod, once it ends like this. */
  async fileEndingWith(name: string, end: string): Promise<string> {
    const read = (): string => (existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '');
    await vi.waitUntil(() => read().endsWith(end), { timeout: 20_000, interval: 10 });
    return read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

export const sh = (script: string): string[] => ['sh', '-c', script];

export class RawClient {
  readonly socket: WebSocket;
  readonly frames: { readonly channel: number | undefined; readonly payload: Buffer }[] = [];
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) =>
      this.frames.push({ channel: data[0], payload: Buffer.from(data.subarray(1)) }),
    );
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  send(channel: number, payload: string | Buffer): void {
    this.socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(payload)]));
  }

  /** Everything that came on a channel so far. */
  received(channel: number): string {
    const frames = this.frames.filter((frame) => frame.channel === channel);
    return Buffer.concat(frames.map(({ payload }) => payload)).toString();
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when some turns of the event loop have passed without `touch`, of which there was at least one. */
export class Quiet {
  readonly #done = Promise.withResolvers<void>();
  #next: NodeJS.Immediate | undefined;

  get reached(): Promise<void> {
    return this.#done.promise;
  }

  touch(): void {
    clearImmediate(this.#next);
    this.#wait(quietTurns);
  }

  #wait(turns: number): void {
    this.#next = globalThis.setImmediate(() => (turns === 0 ? this.#done.resolve() : this.#wait(turns - 1)));
  }
}
