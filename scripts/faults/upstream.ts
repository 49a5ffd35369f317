import { Agent, request as plainRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { WebSocket } from 'ws';
import type { Credentials } from '../../src/kube/access.ts';
import { endToEnd } from './headers.ts';

/** An API server, and who the proxy is to it when a request says nothing of its own (`Authorization`). */
export interface Upstream extends Credentials {
  /** http or https; may carry a path. */
  readonly server: URL;
}

export interface UpstreamClient extends Disposable {
  /** The same request to the upstream; its body is still to be written. */
  request(incoming: IncomingMessage, signal: AbortSignal): ClientRequest;
  /** Connecting, with the same subprotocols offered. */
  webSocket(incoming: IncomingMessage): WebSocket;
}

export function createUpstreamClient({ server, tls, headers }: Upstream): UpstreamClient {
  const isSecure = server.protocol === 'https:';
  // No keep-alive: an idle connection that the upstream closes must not look like a fault that nobody injected.
  const agent = isSecure ? new SecureAgent() : new Agent();
  const request = isSecure ? secureRequest : plainRequest;
  const { cert: _cert, key: _key, ...anonymousTls } = tls;
  const target = ({ url }: IncomingMessage): URL =>
    new URL(server.origin + server.pathname.replace(/\/$/, '') + url);
  const identity = (incoming: IncomingMessage) => {
    const own = endToEnd(incoming.headers);
    if (own.authorization !== undefined) return { ...anonymousTls, headers: own };
    return { ...tls, headers: { ...own, ...headers } };
  };
  return {
    request: (incoming, signal) =>
      request(target(incoming), { method: incoming.method, agent, signal, ...identity(incoming) }),
    webSocket: (incoming) =>
      new WebSocket(target(incoming), offeredProtocols(incoming), {
        ...identity(incoming),
        perMessageDeflate: false,
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function offeredProtocols({ headers }: IncomingMessage): string[] {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered
    .split(',')
    .map((protocol) => protocol.trim())
    .filter(Boolean);
}
