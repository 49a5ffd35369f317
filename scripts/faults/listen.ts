import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Handlers {
  request(incoming: IncomingMessage, answer: ServerResponse): void;
  /** Of WebSockets; other upgrades are plain requests. `head` is what came after the request. */
  upgrade(incoming: IncomingMessage, head: Buffer): void;
}

export interface Listener extends AsyncDisposable {
  readonly url: URL;
}

/** A plain http server on loopback. Disposing of it ends all its connections at once. */
export async function listen(handlers: Handlers): Promise<Listener> {
  // Time limits and idle connections are the business of those on either side.
  const server = createServer({
    requestTimeout: 0,
    keepAliveTimeout: 0,
    maxHeaderSize: 1024 * 1024,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.on('request', (incoming, answer) => handlers.request(incoming, answer));
  server.on('upgrade', (incoming, _socket, head) => handlers.upgrade(incoming, head));
  const sockets = trackSockets(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Those that are open now. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    // A client that ends its side has left: none of ours half-closes a connection.
    socket.on('end', () => socket.destroy());
  });
  return sockets;
}
