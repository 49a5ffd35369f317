import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestInfo } from './request-info.ts';
import { requestInfo } from './request-info.ts';
import type { User } from '../access/authorize.ts';
import { impersonated } from '../access/impersonate.ts';
import { ApiError, NoSuchPath } from '../objects/api-error.ts';
import { requireAllowed, sendJson, type Api } from './call.ts';
import { dispatch } from './dispatch.ts';
import { readBody } from './request-body.ts';

/** One request as it was answered. */
export interface RecordedRequest extends RequestInfo {
  readonly user: string;
  /** HTTP status of the answer; 101 for an exec that was opened. */
  readonly status: number;
}

export interface ServerOptions {
  readonly tls: { readonly cert: string; readonly key: string };
  readonly upgrade: (request: Upgrade) => Promise<void>;
}

export interface Upgrade {
  readonly info: RequestInfo;
  readonly user: User;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The API server's HTTPS side, on a free port of loopback. */
export class ApiServer implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  readonly #api: Api;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: ServerOptions;

  private constructor(api: Api, options: ServerOptions) {
    this.#api = api;
    this.#options = options;
    // As much as Go's server takes: an exec has its whole command in the URL.
    this.#server = createServer({ ...options.tls, maxHeaderSize: 1024 * 1024 });
    this.#server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    this.#server.on('request', (request, answer) => void this.#serve(request, answer));
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  static async start(api: Api, options: ServerOptions): Promise<ApiServer> {
    const server = new ApiServer(api, options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): URL {
    return new URL(`https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const info = requestInfo(request.method ?? '', request.url ?? '/');
    answer.on('error', () => {});
    answer.setHeader('date', this.#api.clock.now().toUTCString());
    try {
      const body = await readBody(request);
      const user = this.#authenticate(request);
      this.#record(info, user, answer);
      await dispatch({ api: this.#api, info, user, headers: request.headers, body, answer });
    } catch (error) {
      if (answer.headersSent || answer.destroyed) return void answer.destroy();
      if (error instanceof NoSuchPath) {
        answer.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
      } else sendError(answer, asApiError(error));
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const info = requestInfo(request.method ?? '', request.url ?? '/');
    socket.on('error', () => {});
    const record = (user: string, status: number): void => void this.requests.push({ ...info, user, status });
    let name = '';
    try {
      const user = this.#authenticate(request);
      ({ name } = user);
      await this.#options.upgrade({ info, user, request, socket, head });
      record(name, 101);
    } catch (error) {
      const refusal = asApiError(error);
      record(name, refusal.code);
      refuseUpgrade(socket, refusal);
    }
  }

  #authenticate({ headers, headersDistinct }: IncomingMessage): User {
    const user = this.#api.tokens.authenticate(headers.authorization);
    if (!user) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
    return impersonated(user, headersDistinct, (asked) => requireAllowed(this.#api, asked));
  }

  #record(info: RequestInfo, { name: user }: User, answer: ServerResponse): void {
    // A watch is known from its beginning, the others once it is clear how they ended.
    const position = this.requests.push({ ...info, user, status: 200 }) - 1;
    answer.once('finish', () => (this.requests[position] = { ...info, user, status: answer.statusCode }));
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(
    500,
    'InternalError',
    `the sandbox failed: ${error instanceof Error ? error.stack : String(error)}`,
  );
}

function sendError(answer: ServerResponse, error: ApiError): void {
  sendJson(answer, error.code, JSON.stringify(error.status));
}

function refuseUpgrade(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(error.status);
  const head = `HTTP/1.1 ${error.code} ${error.reason ?? 'Error'}\r\ncontent-type: application/json`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
