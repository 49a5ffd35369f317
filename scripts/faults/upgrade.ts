import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { deliver } from './deliver.ts';
import type { Exchange } from './exchange.ts';
import { relay } from './relay.ts';

/** An HTTP answer to a request for an upgrade, should it get one; its connection ends with it. */
export function refusalOf(incoming: IncomingMessage): ServerResponse {
  const answer = new ServerResponse(incoming);
  answer.shouldKeepAlive = false;
  answer.assignSocket(incoming.socket);
  answer.once('finish', () => incoming.socket.destroySoon());
  return answer;
}

/** Joins the client to `upstream`, which is connecting. The client learns what became of that, its subprotocol included. */
export async function forwardUpgrade(exchange: Exchange, upstream: WebSocket, head: Buffer): Promise<void> {
  const { request, gone, incoming } = exchange;
  const leave = (): void => upstream.terminate();
  gone.addEventListener('abort', leave, { once: true });
  const refusal = await handshake(upstream);
  if (refusal) return deliver(exchange, refusal);
  request.status = 101;
  await exchange.tell({ phase: 'answered', status: 101 });
  if (request.fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
  const client = await accept(exchange, upstream.protocol, head);
  gone.removeEventListener('abort', leave);
  await relay(exchange, client, upstream);
}

/** Once `socket` is open, and paused as nobody listens yet; or with the answer that refuses it. */
function handshake(socket: WebSocket): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('unexpected-response', (_request, response) => resolve(response));
    socket.once('open', () => {
      socket.pause();
      resolve(undefined);
    });
  });
}

function accept({ incoming, answer }: Exchange, protocol: string, head: Buffer): Promise<WebSocket> {
  answer.detachSocket(incoming.socket);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols: () => protocol || false,
  });
  return new Promise((resolve) => {
    server.handleUpgrade(incoming, incoming.socket, head, (client) => {
      client.pause();
      client.on('error', () => {});
      resolve(client);
    });
  });
}
