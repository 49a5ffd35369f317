import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';

/** A forward proxy that resolves every name to one local port, and remembers what it was asked for. */
export class ConnectProxy implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  /** Of the first `silences` tunnels, which are open as any, nothing is forwarded. */
  static async start(port: number, status = 200, silences = 0): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    proxy.#server.on('connect', (request, client) => {
      proxy.asked.push(request.url ?? '');
      proxy.authorizations.push(request.headers['proxy-authorization']);
      client.on('error', () => {});
      if (status !== 200) return client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      if (proxy.asked.length <= silences) {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.on('end', () => client.end());
        return client.resume();
      }
      const target = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.pipe(client).pipe(target);
      });
      target.on('error', () => client.destroy());
    });
    proxy.#server.on('connection', (socket: Socket) => {
      proxy.#sockets.add(socket);
      socket.on('close', () => proxy.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** TCP connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
