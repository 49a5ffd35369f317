import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Push {
  readonly path: string | undefined;
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Takes what is pushed, as a Pushgateway does; resolves to its URL. */
export async function gateway(
  answer: (response: ServerResponse) => void = (response) => response.end(),
): Promise<{ url: string; pushes: Push[] }> {
  const pushes: Push[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url: path, method, headers } = request;
    pushes.push({ path, method, authorization: headers.authorization, body: await text(request) });
    answer(response);
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushes };
}
