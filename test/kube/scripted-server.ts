import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Exchange {
  readonly request: Received;
  readonly answer: ServerResponse;
  readonly socket: Socket;
}

/** What the server does with one request. */
export type Step = (exchange: Exchange) => void;
export type ExecStep = (socket: WebSocket, request: Received) => void;
export type UpgradeStep = (socket: Socket, request: Received) => void;

/** A real HTTP and WebSocket server on loopback that does what a test says, request by request. */
export class ScriptedServer implements AsyncDisposable {
  readonly requests: Received[] = [];
  readonly upgrades: Received[] = [];
  /** TCP connections since the start. */
  accepted = 0;
  readonly #server: Server;
  readonly #scripts = new Map<string, Step[]>();
  readonly #execs: ExecStep[] = [];
  readonly #refusals: UpgradeStep[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #webSockets: WebSocketServer;
  readonly #isSecure: boolean;

  private constructor(tls: { cert: string; key: string } | undefined, protocols: readonly string[]) {
    this.#isSecure = tls !== undefined;
    this.#server = tls ? createSecureServer(tls) : createServer();
    this.#webSockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
    });
    this.#server.on('connection', (socket: Socket) => {
      this.accepted++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    this.#server.on('request', (request, answer) => void this.#serve(request, answer));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
  }

  static async start(
    options: { tls?: { cert: string; key: string }; protocols?: readonly string[] } = {},
  ): Promise<ScriptedServer> {
    const server = new ScriptedServer(
      options.tls,
      options.protocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    );
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): URL {
    return new URL(`${this.#isSecure ? 'https' : 'http'}://127.0.0.1:${this.port}`);
  }

  /** TCP connections that are open now. */
  get connections(): ReadonlySet<Socket> {
    return this.#sockets;
  }

  /** The steps for `METHOD /path`, in order; the last one repeats. */
  script(route: string, ...steps: Step[]): this {
    this.#scripts.set(route, steps);
    return this;
  }

  /** What the next execs do, in order; the last one repeats. */
  exec(...steps: ExecStep[]): this {
    this.#execs.push(...steps);
    return this;
  }

  /** What the next upgrades get instead of a WebSocket, before any `exec` step is used. */
  refuseUpgrade(...steps: UpgradeStep[]): this {
    this.#refusals.push(...steps);
    return this;
  }

  count(route: string): number {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === route).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = received(incoming, Buffer.concat(chunks).toString('utf8'));
    this.requests.push(request);
    const steps = this.#scripts.get(`${request.method} ${request.path}`) ?? [];
    const step =
      (steps.length > 1 ? steps.shift() : steps[0]) ?? failure(404, 'NotFound', 'not in the script');
    step({ request, answer, socket: incoming.socket });
  }

  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    const request = received(incoming, '');
    this.upgrades.push(request);
    const refusal = this.#refusals.shift();
    if (refusal) return refusal(socket, request);
    const step = this.#execs.length > 1 ? this.#execs.shift() : this.#execs[0];
    this.#webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      webSocket.on('error', () => {});
      step?.(webSocket, request);
    });
  }
}

function received(incoming: IncomingMessage, body: string): Received {
  const url = new URL(incoming.url ?? '/', 'http://any');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return ({ answer }) => {
    answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function failure(
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): Step {
  return json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }, headers);
}

/** What an API server says of an object that it does not have. */
export function notThere(plural: string, name: string): Step {
  const message = `${plural} "${name}" not found`;
  const details = { name, kind: plural };
  return json(404, {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: 404,
    reason: 'NotFound',
    message,
    details,
  });
}

/** A 404 of whoever knows nothing of objects: a server that does not serve the kind, a proxy. */
export const nobodyKnows: Step = ({ answer }) => {
  answer.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
};

/** The connection is reset before any answer. */
export const reset: Step = ({ socket }) => {
  socket.resetAndDestroy();
};

/** A 200 whose body breaks off in the middle. */
export function half(body: unknown, code = 200): Step {
  return ({ answer, socket }) => {
    const text = JSON.stringify(body);
    answer.writeHead(code, { 'content-type': 'application/json', 'content-length': text.length });
    answer.write(text.slice(0, text.length / 2), () => socket.destroy());
  };
}

/** Never answers. */
export const silence: Step = () => {};

/** Watch events, one line each; then the stream stays open, is ended, or is reset. */
export function watchEvents(lines: unknown[], then: 'open' | 'end' | 'reset'): Step {
  return ({ answer, socket }) => {
    answer.writeHead(200, { 'content-type': 'application/json' });
    const leave = (): void => {
      if (then === 'end') answer.end();
      if (then === 'reset') socket.resetAndDestroy();
    };
    // Not even an empty line: that would be an event that nobody can read.
    answer.flushHeaders();
    if (lines.length === 0) leave();
    else answer.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), leave);
  };
}
